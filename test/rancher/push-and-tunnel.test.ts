import { afterEach, describe, expect, it } from 'vitest'
import { type LabRancher, startRancher } from '../../lab/rancher/index.ts'
import { Secret } from '../../src/observe/index.ts'
import { createRancher, type Rancher } from '../../src/rancher/index.ts'
import {
  answerJson,
  type Script,
  type ScriptedServer,
  startScriptedServer,
} from '../cluster/scripted-api-server.ts'
import { ask } from './support/ask.ts'
import { failureOf } from './support/failing.ts'

const signal = new AbortController().signal
const FORCE = 'io.cattle.agent.force.deploy'

describe('asking Rancher to push its own manifest', () => {
  let lab: LabRancher
  let rancher: Rancher
  let id: string

  async function open() {
    lab = await startRancher({ version: '2.12.0' })
    ;({ id } = lab.addCluster({ name: 'myk8s', lost: true, nodes: [] }))
    rancher = createRancher({
      url: lab.url,
      token: new Secret(lab.apiToken),
      caPem: lab.caPem,
      timeoutMs: 5_000,
    })
  }
  afterEach(async () => {
    rancher.close()
    await lab.close()
  })
  const puts = () => lab.requests.filter(({ method }) => method === 'PUT')

  it('sets the annotation and drops no other', async () => {
    await open()
    const { annotations } = await rancher.cluster(id, signal)

    expect(await rancher.askForPush(id, 'r-1', signal)).toEqual({ asked: true })

    expect(lab.annotations(id)).toMatchObject({ ...annotations, [FORCE]: 'true' })
    expect(puts()).toMatchObject([{ path: `/v3/clusters/${id}` }])
  })

  it('happens once a run, also when Rancher has pushed and put it back to "false" meanwhile', async () => {
    await open()
    await rancher.askForPush(id, 'r-1', signal)
    const pushed = { ...lab.annotations(id), [FORCE]: 'false' }
    await putAnnotations(pushed)
    const before = puts().length

    expect(await rancher.askForPush(id, 'r-1', signal)).toEqual({ asked: false })
    expect(puts()).toHaveLength(before)
    expect(await rancher.askForPush(id, 'r-2', signal)).toEqual({ asked: true })
  })

  it('is refused where the token may not write the cluster', async () => {
    await open()
    lab.forbid('/v3/clusters', 'PUT')

    const { code, message } = await failureOf(rancher.askForPush(id, 'r-1', signal))

    expect(code).toBe('rancher.forbidden')
    expect(message).toContain('ask for a push of Rancher’s own manifest')
  })

  async function putAnnotations(annotations: Readonly<Record<string, string>>) {
    await ask(`${lab.url}/v3/clusters/${id}`, {
      caPem: lab.caPem,
      authorization: `Bearer ${lab.apiToken}`,
      method: 'PUT',
      body: { name: 'myk8s', annotations },
    })
  }
})

describe('a Rancher that answers as told', () => {
  let server: ScriptedServer
  let rancher: Rancher

  async function open(script: Script, timeoutMs = 5_000) {
    server = await startScriptedServer(script)
    rancher = createRancher({
      url: server.url,
      token: new Secret('token-abcde:secret'),
      caPem: server.caPem,
      timeoutMs,
    })
  }
  afterEach(async () => {
    rancher.close()
    await server.stop()
  })

  const record = { id: 'c-1', name: 'myk8s', annotations: { other: 'kept' } }

  it.each([
    ['never answers the write', () => {}],
    [
      'has a proxy in front that gives up',
      (response: Parameters<Script>[2]) => answerJson(response, 504, 'gateway time-out'),
    ],
  ])('and %s leaves open whether the wish was taken', async (_what, answer) => {
    await open((_path, request, response) => {
      if (request.method === 'PUT') answer(response)
      else answerJson(response, 200, record)
    }, 400)

    const { code } = await failureOf(rancher.askForPush('c-1', 'r-1', signal))

    expect(code).toBe('rancher.outcome-unknown')
  })

  it('and refuses the write as invalid has not taken the wish', async () => {
    const refused = { type: 'error', status: 422, code: 'InvalidBodyContent', message: '' }
    await open((_path, request, response) => {
      if (request.method === 'PUT') answerJson(response, 422, refused)
      else answerJson(response, 200, record)
    })

    const { code } = await failureOf(rancher.askForPush('c-1', 'r-1', signal))

    expect(code).toBe('rancher.failing')
  })

  it('has a tunnel once /version answers, and keeps nobody waiting who may not know', async () => {
    let status = 500
    await open((_path, _request, response) => {
      answerJson(response, status, 'error trying to reach service: cluster agent disconnected')
    })

    expect(await rancher.tunnelAnswers('c-1', signal)).toBe(false)
    for (status of [200, 403, 404]) {
      expect(await rancher.tunnelAnswers('c-1', signal)).toBe(true)
    }
    expect(new Set(server.requests)).toEqual(new Set(['GET /k8s/clusters/c-1/version']))
  })

  it.each([
    [200, { metadata: { uid: 'uid-1' } }, { kind: 'answered', uid: 'uid-1' }],
    [200, '<html>a log-in page</html>', { kind: 'not-available' }],
    [200, { metadata: null }, { kind: 'not-available' }],
    [401, { type: 'error', status: '401' }, { kind: 'not-available' }],
    [403, { kind: 'Status', code: 403 }, { kind: 'not-available' }],
    [404, '404 page not found', { kind: 'not-available' }],
    [500, 'cluster agent disconnected', { kind: 'broken' }],
    [503, { type: 'error', status: 503, code: 'ClusterUnavailable' }, { kind: 'broken' }],
  ])('tells by %i %j which cluster is behind the tunnel', async (status, body, expected) => {
    await open((_path, _request, response) => answerJson(response, status, body))

    expect(await rancher.identityThroughTunnel('c-1', signal)).toMatchObject(expected)
  })

  it('has a broken tunnel when a call through it is not answered in time', async () => {
    await open(() => {}, 300)

    expect(await rancher.identityThroughTunnel('c-1', signal)).toMatchObject({ kind: 'broken' })
  })
})
