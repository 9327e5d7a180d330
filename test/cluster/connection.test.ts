import { afterEach, describe, expect, it } from 'vitest'
import {
  type Cluster,
  type KubernetesObject,
  openCluster,
  type PreparedObject,
} from '../../src/cluster/index.ts'
import { recorded } from '../fixtures/recorded.ts'
import {
  answerAsRecorded,
  answerJson,
  answerStatus,
  type Script,
  type ScriptedServer,
  startScriptedServer,
} from './scripted-api-server.ts'

const signal = new AbortController().signal
const account: KubernetesObject = {
  apiVersion: 'v1',
  kind: 'ServiceAccount',
  metadata: { name: 'cattle', namespace: 'cattle-system' },
}
const prepared: PreparedObject = {
  planned: {
    ref: {
      apiVersion: 'v1',
      kind: 'ServiceAccount',
      namespace: 'cattle-system',
      name: 'cattle',
    },
    action: 'create',
    changes: [],
    takesOverFrom: [],
  },
  apply: account,
  live: null,
}
const writer = { run: 'r-1', fence: 1 }

describe('the connection to an API server', () => {
  const started: { server?: ScriptedServer; cluster?: Cluster } = {}
  afterEach(async () => {
    started.cluster?.close()
    await started.server?.stop()
  })

  async function start(
    script: Script,
    options: {
      readonly certificate?: Parameters<typeof startScriptedServer>[1]
      readonly kubeconfig?: Parameters<ScriptedServer['kubeconfig']>[0]
      readonly timeoutMs?: number
    } = {},
  ): Promise<Cluster> {
    const server = await startScriptedServer(script, options.certificate)
    const path = await server.kubeconfig(options.kubeconfig)
    const cluster = await open(path, options.timeoutMs)
    Object.assign(started, { server, cluster })
    return cluster
  }

  const asRecorded: Script = (path, _request, response) => {
    if (!answerAsRecorded('kubernetes-1.20', path, response)) answerStatus(response, 404, 'nothing')
  }

  it('is one for many requests, one after the other', async () => {
    const cluster = await start(asRecorded)
    await cluster.served(signal)
    const before = started.server?.connections()

    for (let request = 0; request < 20; request++) await cluster.read([account], signal)

    expect(started.server?.connections()).toBe(before)
    expect(before).toBeLessThanOrEqual(8)
  })

  it('is not made when nothing listens', async () => {
    const cluster = await start(asRecorded)
    await started.server?.stop()
    delete started.server

    await expect(cluster.identity(signal)).rejects.toMatchObject({
      code: 'cluster.unreachable',
      message: expect.stringContaining('connection refused'),
    })
  })

  it.each([
    ['of another authority', {}, { 'certificate-authority-data': null }, /authority|signed/],
    ['for another name', { dnsNames: ['kubernetes.example.com'] }, {}, /another host name/],
    ['that has expired', { validForMs: 60_000 }, {}, /expired/],
  ])('is refused when the certificate is one %s', async (_what, certificate, cluster, why) => {
    const opened = await start(asRecorded, { certificate, kubeconfig: { cluster } })

    await expect(opened.identity(signal)).rejects.toMatchObject({
      code: 'cluster.certificate-untrusted',
      message: expect.stringMatching(why),
    })
    expect(started.server?.requests).toEqual([])
  })

  it('goes by tls-server-name where the kubeconfig gives one', async () => {
    const cluster = await start(asRecorded, {
      certificate: { dnsNames: ['kubernetes.example.com'] },
      kubeconfig: { cluster: { 'tls-server-name': 'kubernetes.example.com' } },
    })
    expect((await cluster.served(signal)).find('v1', 'Secret')).toEqual({
      resource: 'secrets',
      namespaced: true,
    })
  })

  it('gives up on a server that does not answer', async () => {
    const cluster = await start(() => undefined, { timeoutMs: 150 })
    await expect(cluster.identity(signal)).rejects.toMatchObject({
      code: 'cluster.timed-out',
      facts: { timeoutMs: '150' },
    })
  })

  it('is given up as soon as nobody waits any more', async () => {
    const cluster = await start(() => stop.abort())
    const stop = new AbortController()
    await expect(cluster.identity(stop.signal)).rejects.toMatchObject({
      code: 'cluster.unreachable',
      message: expect.stringContaining('stopped waiting'),
    })
  })

  it.each<readonly [string, string, Script]>([
    ['401', 'cluster.unauthorized', (_p, _q, response) => answerStatus(response, 401, 'no')],
    [
      '403',
      'cluster.forbidden',
      (_p, _q, response) => answerStatus(response, 403, 'User "x" cannot get resource "y"'),
    ],
    ['500', 'cluster.failing', (_p, _q, response) => answerStatus(response, 500, 'etcd')],
    ['a proxy’s 503', 'cluster.failing', (_p, _q, response) => response.writeHead(503).end('<h1>')],
    ['a log-in page', 'cluster.unexpected-answer', (_p, _q, r) => r.end('<html>Log in</html>')],
    [
      'a redirect',
      'cluster.unexpected-answer',
      (_p, _q, response) => response.writeHead(302, { location: 'https://127.0.0.1:1/' }).end(),
    ],
    [
      '50 MB',
      'cluster.unexpected-answer',
      (_p, _q, response) => response.end('x'.repeat(50 * 1024 * 1024)),
    ],
    [
      'half an answer',
      'cluster.unreachable',
      (_p, request, response) => {
        response.writeHead(200, { 'content-length': 100 })
        response.write('{')
        setImmediate(() => request.socket.destroy())
      },
    ],
  ])('tells %s apart as %s', async (_answer, code, script) => {
    const cluster = await start(script)
    await expect(cluster.identity(signal)).rejects.toMatchObject({ code })
  })

  it('never tries a dry run on a server that is not known to have it, because that one would write', async () => {
    const cluster = await start((path, _request, response) => {
      if (!answerAsRecorded('kubernetes-old', path, response)) {
        answerStatus(response, 404, 'nothing')
      }
    })

    const { objects, notes } = await cluster.preview([account], signal)

    expect(objects.map(({ action }) => action)).toEqual(['create'])
    expect(notes).toEqual([expect.stringContaining('cannot try a change without making it')])
    expect(started.server?.requests.every((request) => request.startsWith('GET '))).toBe(true)
  })

  it.each<readonly [string, Script, string]>([
    ['is busy', (_path, _r, response) => answerStatus(response, 429, 'later'), 'cluster.failing'],
    ['fails', (_path, _r, response) => answerStatus(response, 500, 'etcd'), 'cluster.failing'],
    ['hangs', () => undefined, 'cluster.timed-out'],
  ])(
    'does not take a server for an old one that %s when it is asked about dry run',
    async (_how, onProbe, code) => {
      const cluster = await start(
        (path, request, response) => {
          if (request.method === 'GET') asRecorded(path, request, response)
          else onProbe(path, request, response)
        },
        { timeoutMs: 500 },
      )
      await expect(cluster.preview([account], signal)).rejects.toMatchObject({ code })
    },
  )

  it.each<readonly [string, Script]>([
    ['the connection drops', (_path, request) => request.socket.destroy()],
    ['no answer comes in time', () => undefined],
    ['a proxy gives up', (_path, _request, response) => response.writeHead(504).end('<h1>')],
    ['the API server gives up', (_path, _r, response) => answerStatus(response, 504, 'Timeout')],
    ['the answer is something else', (_path, _r, response) => response.writeHead(201).end('<h1>')],
  ])('does not know the outcome of a write when %s', async (_how, onWrite) => {
    const cluster = await start(
      (path, request, response) => {
        if (request.method !== 'GET') onWrite(path, request, response)
        else asRecorded(path, request, response)
      },
      { timeoutMs: 500 },
    )
    await cluster.served(signal)

    await expect(cluster.write(prepared, writer, signal)).rejects.toMatchObject({
      code: 'cluster.outcome-unknown',
      facts: { object: 'ServiceAccount cattle-system/cattle' },
    })
    expect(started.server?.requests.filter((request) => request.startsWith('POST'))).toHaveLength(1)
  })

  it('asks again on a new connection when the server had closed the idle one', async () => {
    const sockets = new Set<object>()
    const cluster = await start((path, request, response) => {
      const isReused = sockets.has(request.socket)
      sockets.add(request.socket)
      if (isReused && path.includes('serviceaccounts')) return request.socket.destroy()
      asRecorded(path, request, response)
    })
    await cluster.served(signal)

    expect(await cluster.read([account], signal)).toEqual([null])
  })

  it('gives the words of an admission webhook that refuses', async () => {
    const message = 'admission webhook "policy.example.com" denied the request: no privileged pods'
    const cluster = await start((path, request, response) => {
      if (request.method === 'GET') asRecorded(path, request, response)
      else answerStatus(response, 403, message)
    })
    await expect(cluster.write(prepared, writer, signal)).rejects.toMatchObject({
      code: 'cluster.refused',
      facts: { reason: message },
    })
  })

  it('warns of an object that was made again instead of changed', async () => {
    const live = { ...account, metadata: { ...account.metadata, uid: 'u', resourceVersion: '1' } }
    const planned = { ...prepared.planned, action: 'update' } as const
    const cluster = await start((path, request, response) => {
      if (request.method === 'GET') asRecorded(path, request, response)
      else answerJson(response, 201, live)
    })
    await expect(
      cluster.write({ planned, apply: account, live }, writer, signal),
    ).rejects.toMatchObject({ code: 'cluster.changed' })
  })

  it('patches on a server that was started without server-side apply', async () => {
    const live = { ...account, metadata: { ...account.metadata, resourceVersion: '1' } }
    const cluster = await start((path, request, response) => {
      if (path.endsWith('serviceaccounts/cattle') && request.method === 'GET') {
        answerJson(response, 200, live)
      } else if (request.method === 'GET') asRecorded(path, request, response)
      else if (request.headers['content-type']?.startsWith('application/apply-patch')) {
        answerStatus(response, 415, 'the body of the request was in an unknown format')
      } else if (request.method === 'PATCH') {
        answerJson(response, 200, { ...live, automountServiceAccountToken: false })
      } else answerJson(response, 422, recorded('kubernetes-1.20/dry-run-value-refused.json'))
    })
    const wanted = { ...account, automountServiceAccountToken: false }

    const { objects, prepared } = await cluster.preview([wanted], signal)
    expect(objects.map(({ changes }) => changes)).toEqual([
      [{ path: 'automountServiceAccountToken', to: 'false' }],
    ])
    for (const object of prepared) {
      expect(await cluster.write(object, writer, signal)).toEqual({ written: true })
    }
  })

  it.each([
    ['as managed clusters say it', { major: '1', minor: '21+', gitVersion: 'v1.21.5-eks-bc4871b' }],
    ['as forks say it', { gitVersion: 'v1.18.2+k3s1' }],
  ])('tries what it will write on a server whose version is known, %s', async (_how, version) => {
    const cluster = await start((path, request, response) => {
      if (path === '/version') answerJson(response, 200, version)
      else if (request.url?.includes('dryRun=All')) answerJson(response, 201, account)
      else if (request.method === 'GET') asRecorded(path, request, response)
      else answerJson(response, 422, recorded('kubernetes-1.20/dry-run-value-refused.json'))
    })
    await cluster.preview([account], signal)

    expect(started.server?.requests.filter((request) => request.includes('dryRun=All'))).toEqual([
      'POST /api/v1/namespaces/cattle-system/serviceaccounts?dryRun=All&fieldManager=reagent',
    ])
  })
})

function open(path: string, timeoutMs = 5_000): Promise<Cluster> {
  const source = { kind: 'file', path } as const
  return openCluster({ source, timeoutMs, fingerprintKey: Buffer.from('test') })
}
