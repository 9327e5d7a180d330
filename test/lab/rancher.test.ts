import { createHash } from 'node:crypto'
import { Agent } from 'node:https'
import { connect as connectPlainly } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { type ClusterChange, type LabRancher, startRancher } from '../../lab/rancher/index.ts'
import { connectAgent } from '../rancher/support/agent.ts'
import { ask } from '../rancher/support/ask.ts'
import { until } from '../rancher/support/until.ts'

let lab: LabRancher
const start = async (options: Parameters<typeof startRancher>[0] = {}) => {
  lab = await startRancher(options)
  return lab
}
const get = (path: string, authorization = `Bearer ${lab.apiToken}`) =>
  ask(`${lab.url}${path}`, { caPem: lab.caPem, authorization })
const anonymously = (path: string, host?: string) =>
  ask(`${lab.url}${path}`, { caPem: lab.caPem, ...(host && { host }) })
const agent = (token: string, caPem = lab.caPem) => connectAgent({ url: lab.url, caPem, token })

interface Cluster {
  readonly id: string
  readonly state: string
  readonly transitioning: string
  readonly transitioningMessage: string
  readonly apiEndpoint?: string
  readonly conditions: readonly {
    readonly type: string
    readonly status: string
    readonly message?: string
    readonly reason?: string
    readonly lastUpdateTime: string
  }[]
}
interface Collection {
  readonly pagination: { readonly limit: number; readonly total: number; readonly next?: string }
  readonly filters: Readonly<Record<string, unknown>>
  readonly data: readonly { readonly id: string; readonly name: string }[]
}

afterEach(() => lab.close())

describe('the API token', () => {
  it('is shown to itself with its end and its user’s global roles', async () => {
    await start()
    lab.changeApiToken({ expiresAt: new Date('2030-01-02T03:04:05Z'), globalRoles: ['admin'] })
    const [name = ''] = lab.apiToken.split(':')
    const token = (await get(`/v3/tokens/${name}`)).json<{ readonly userId: string }>()
    expect(token).toMatchObject({ id: name, current: true, expiresAt: '2030-01-02T03:04:05Z' })
    const roles = (await get(`/v3/globalrolebindings?userId=${token.userId}`)).json<Collection>()
    expect(roles.data).toMatchObject([{ globalRoleId: 'admin', userId: token.userId }])
  })

  it('is refused everywhere but at its cluster once it has a scope', async () => {
    await start()
    lab.changeApiToken({ clusterId: 'c-abcde' })
    const refused = await get('/v3/clusters')
    expect(refused.status).toBe(401)
    expect(refused.json()).toMatchObject({ status: '401', message: 'clusterID does not match' })
  })
})

describe('the API', () => {
  it('answers anonymous clients where Rancher 2.1.5 does, and 401 with a string status elsewhere', async () => {
    await start()
    expect(await anonymously('/ping')).toMatchObject({ status: 200, body: 'pong' })
    expect((await anonymously('/v3/settings/cacerts')).json()).toMatchObject({
      name: 'cacerts',
      value: lab.caPem.trimEnd(),
    })
    expect(await anonymously('/cacerts')).toMatchObject({
      status: 404,
      contentType: 'text/plain; charset=utf-8',
      body: '404 page not found\n',
    })
    const refused = await anonymously('/v3/clusters')
    expect(refused.status).toBe(401)
    expect(refused.json()).toEqual({ type: 'error', status: '401', message: 'must authenticate' })
    expect((await get('/v3/clusters', 'Bearer token-xxxxx:wrong')).status).toBe(401)
    const basic = `Basic ${Buffer.from(lab.apiToken).toString('base64')}`
    expect((await get('/v3/users?me=true', basic)).json<Collection>().data).toHaveLength(1)
  })

  it('finds clusters by name, follows filters and limits, and links to the next page', async () => {
    await start({ seed: 7 })
    const ids = ['one', 'two', 'three', 'myk8s', 'myk8s'].map((name) => lab.addCluster({ name }).id)

    const twins = (await get('/v3/clusters?name=myk8s')).json<Collection>()
    expect(twins.data.map(({ id }) => id)).toEqual(ids.slice(3))
    expect(twins.pagination).toEqual({ limit: 1000, total: 2 })
    expect(twins.filters.name).toEqual([{ modifier: 'eq', value: 'myk8s' }])
    expect(twins.filters.state).toBeNull()

    const first = (await get('/v3/clusters?limit=2')).json<Collection>()
    expect(first.pagination).toMatchObject({ limit: 2, total: 5 })
    const second = (
      await get(String(first.pagination.next).slice(lab.url.length))
    ).json<Collection>()
    expect(second.data.map(({ name }) => name)).toEqual(['three', 'myk8s'])

    const missing = await get('/v3/clusters/c-zzzzz')
    expect(missing.json()).toEqual({
      baseType: 'error',
      code: 'NotFound',
      message: 'clusters.management.cattle.io "c-zzzzz" not found',
      status: 404,
      type: 'error',
    })
  })

  it('gives equal ids and tokens for equal seeds', async () => {
    const names = async (seed: number) => {
      const { apiToken, addCluster, close } = await start({ seed })
      const added = addCluster({ name: 'myk8s' })
      await close()
      return { apiToken, ...added }
    }
    const once = await names(3)
    expect(await names(3)).toEqual(once)
    expect(await names(4)).not.toEqual(once)
    expect(once.apiToken).toMatch(/^token-[a-z0-9]{5}:[bcdfghjklmnpqrstvwxz2456789]{54}$/)
  })

  it('creates registrations whose token is empty at first', async () => {
    await start({ registrationTokenDelayMs: 200 })
    const { id } = lab.addCluster({ name: 'myk8s', registered: false })
    const created = await ask(`${lab.url}/v3/clusterregistrationtokens`, {
      caPem: lab.caPem,
      authorization: `Bearer ${lab.apiToken}`,
      method: 'POST',
      body: { type: 'clusterRegistrationToken', clusterId: id },
    })
    expect(created.status).toBe(201)
    const registration = created.json<{ id: string; token: string; clusterId: string }>()
    expect(registration).toMatchObject({ token: '', clusterId: id, manifestUrl: '' })

    let token = ''
    for (let tries = 0; token === '' && tries < 200; tries += 1) {
      const list = await get(`/v3/clusterregistrationtokens?clusterId=${id}`)
      token = list.json<{ data: { token: string }[] }>().data[0]?.token ?? ''
    }
    expect(token).toMatch(/^[bcdfghjklmnpqrstvwxz2456789]{54}$/)
  })

  it('serves a manifest for any token, pointing to the host that was asked', async () => {
    await start()
    const answer = await anonymously('/v3/import/nosuchtoken.yaml', 'localhost')
    expect(answer).toMatchObject({ status: 200, contentType: 'text/plain' })
    expect(answer.body).toContain('cattle-credentials-5c560d1')
    expect(answer.body).toContain('value: "https://localhost"')
    expect(answer.body).toContain(`token: "${Buffer.from('nosuchtoken').toString('base64')}"`)
    const checksum = createHash('sha256').update(lab.caPem).digest('hex')
    expect(answer.body).toContain(checksum)
    expect(answer.body).not.toContain('ad0eb706')
  })

  it('generates a kubeconfig that goes through itself', async () => {
    await start()
    const { id } = lab.addCluster({ name: 'myk8s' })
    const answer = await ask(`${lab.url}/v3/clusters/${id}?action=generateKubeconfig`, {
      caPem: lab.caPem,
      authorization: `Bearer ${lab.apiToken}`,
      method: 'POST',
    })
    expect(answer.json<{ config: string }>().config).toContain(`${lab.url}/k8s/clusters/${id}`)
  })
})

describe('agents', () => {
  it('opens a session for a known token and answers an unknown one with 200 and the reason', async () => {
    await start()
    const { id, registrationToken } = lab.addCluster({ name: 'myk8s' })
    const session = await agent(registrationToken)
    expect(session).toMatchObject({
      kind: 'session',
      accept: createHash('sha1')
        .update(`${session.key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`)
        .digest('base64'),
    })
    expect(lab.sessions(id)).toMatchObject([{ clusterId: id, kind: 'cluster' }])
    expect(lab.serverLog.map(({ line }) => line)).toContainEqual(
      expect.stringMatching(
        new RegExp(
          `^\\d{4}/\\d\\d/\\d\\d \\d\\d:\\d\\d:\\d\\d \\[INFO\\] Handling backend connection request \\[${id}\\]$`,
        ),
      ),
    )
    expect(await agent('zzzz')).toMatchObject({
      kind: 'refused',
      status: 200,
      body: 'cluster not found',
    })
  })

  it('makes a new cluster active with its first agent and takes over what the agent tells', async () => {
    await start()
    const { id, registrationToken } = lab.addCluster({ name: 'myk8s' })
    expect(lab.clusterState(id)).toBe('pending')
    await connectAgent({
      url: lab.url,
      caPem: lab.caPem,
      token: registrationToken,
      path: '/v3/connect/register',
      parameters: { cluster: { address: '10.43.0.1:443', token: 't', caCert: 'Y2E=' } },
    })
    expect((await get(`/v3/clusters/${id}`)).json<Cluster>()).toMatchObject({
      state: 'active',
      apiEndpoint: 'https://10.43.0.1:443',
      caCert: 'Y2E=',
    })
  })

  it('does not count node agents for the state of a cluster', async () => {
    await start()
    const { id, registrationToken: token } = lab.addCluster({ name: 'myk8s' })
    await connectAgent({ url: lab.url, caPem: lab.caPem, token, parameters: { node: {} } })
    expect(lab.sessions(id)).toMatchObject([{ kind: 'node' }])
    expect(lab.clusterState(id)).toBe('pending')
  })

  it('loses a cluster and flaps once after the reconnect, as recorded', async () => {
    await start({ timeScale: 0.01 })
    const { id, registrationToken } = lab.addCluster({
      name: 'myk8s',
      apiEndpoint: 'https://192.0.2.77:6443',
    })
    const changes: ClusterChange[] = []
    lab.onClusterChange((change) => changes.push(change))
    await agent(registrationToken)
    lab.disconnectAgents(id)
    await until('unavailable', () => lab.clusterState(id) === 'unavailable')

    const lost = (await get(`/v3/clusters/${id}`)).json<Cluster>()
    const reason = 'waiting for cluster agent to connect'
    expect(lost.transitioningMessage).toContain(`https://192.0.2.77:6443/api/v1/componentstatuses`)
    expect(lost.conditions.find(({ type }) => type === 'Ready')).toMatchObject({
      status: 'False',
      reason: 'ComponentStatsFetchingFailure',
      message: expect.stringContaining(reason),
      lastUpdateTime: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
    })

    const reconnectedAt = Date.now()
    await agent(registrationToken)
    await until('the end of the flap', () => changes.length === 5)
    expect(changes.map(({ state, message }) => [state, message.includes(reason)])).toEqual([
      ['active', false],
      ['unavailable', true],
      ['active', false],
      ['unavailable', false],
      ['active', false],
    ])
    const seconds = changes.slice(2).map(({ at }) => (Date.parse(at) - reconnectedAt) / 10)
    expect(seconds[0]).toBeGreaterThan(18)
    expect(seconds[1]).toBeGreaterThan(33)
    expect(seconds[2]).toBeGreaterThan(48)
  })

  it('keeps a session of a revoked token open until the agent comes again', async () => {
    await start()
    const { id, registrationToken } = lab.addCluster({ name: 'myk8s' })
    await agent(registrationToken)
    lab.revokeRegistrations(id)
    expect(lab.sessions(id)).toHaveLength(1)
    expect(await agent(registrationToken)).toMatchObject({ kind: 'refused' })

    const session = await agent(lab.issueRegistration(id))
    lab.revokeRegistrations(id, { disconnect: true })
    if (session.kind === 'session') await session.closed
    await until('no session', () => lab.sessions(id).length === 0)
  })
})

describe('faults', () => {
  it('rotates its authority on the same port: clients of the old one refuse it, and the log says so', async () => {
    await start()
    const { id, registrationToken } = lab.addCluster({ name: 'myk8s' })
    const oldCa = lab.caPem
    const keptAlive = new Agent({ keepAlive: true })
    await ask(`${lab.url}/ping`, { caPem: oldCa, agent: keptAlive })
    const session = await agent(registrationToken)

    lab.rotateCa()

    if (session.kind === 'session') await session.closed
    expect(lab.caPem).not.toBe(oldCa)
    await expect(agent(registrationToken, oldCa)).rejects.toThrow(/certificate/)
    await expect(ask(`${lab.url}/ping`, { caPem: oldCa, agent: keptAlive })).rejects.toThrow(
      /certificate/,
    )
    await until('two handshake errors', () => {
      const errors = lab.serverLog.filter(({ line }) =>
        /http: TLS handshake error from 127\.0\.0\.1:\d+: remote error: tls: bad certificate$/.test(
          line,
        ),
      )
      return errors.length === 2
    })
    expect((await anonymously('/v3/settings/cacerts')).json()).toMatchObject({
      value: lab.caPem.trimEnd(),
    })
    expect(await agent(registrationToken)).toMatchObject({ kind: 'session' })
    expect(lab.sessions(id)).toHaveLength(1)
    keptAlive.destroy()
  })

  it('goes down and comes back on the same port', async () => {
    await start()
    await lab.goDown()
    await expect(anonymously('/ping')).rejects.toThrow(/ECONNREFUSED/)
    await lab.comeBack()
    expect((await anonymously('/ping')).body).toBe('pong')
  })

  it('answers everything as told, tunnels too, until told otherwise', async () => {
    await start()
    const { registrationToken } = lab.addCluster({ name: 'myk8s' })
    lab.answerEverythingWith({ status: 503, body: '<html>', contentType: 'text/html' })
    expect(await anonymously('/ping')).toMatchObject({ status: 503, body: '<html>' })
    expect(await agent(registrationToken)).toMatchObject({ kind: 'refused', status: 503 })
    lab.answerEverythingWith(null)
    expect((await anonymously('/ping')).status).toBe(200)
  })

  it('forbids, changes the manifest and tells which requests it saw', async () => {
    await start()
    lab.forbid('/v3/clusterregistrationtokens')
    expect((await get('/v3/clusterregistrationtokens')).json()).toMatchObject({ status: 403 })
    lab.serveManifest((manifest) => `${manifest}\n---\nkind: ConfigMap\n`)
    expect((await anonymously('/v3/import/a.yaml')).body).toMatch(/kind: ConfigMap\n$/)
    expect(lab.requests.map(({ method, path }) => `${method} ${path}`)).toEqual([
      'GET /v3/clusterregistrationtokens',
      'GET /v3/import/a.yaml',
    ])
  })

  it('logs a connection that says nothing as EOF', async () => {
    await start()
    const { hostname, port } = new URL(lab.url)
    const socket = connectPlainly(Number(port), hostname, () => socket.end())
    await until('EOF', () => lab.serverLog.some(({ line }) => line.endsWith(': EOF')))
  })
})
