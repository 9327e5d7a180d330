import { Agent, request } from 'node:https'
import { text } from 'node:stream/consumers'
import { load } from 'js-yaml'
import type { LabCluster } from '../../lab/cluster/index.ts'

type Json = { [field: string]: unknown }

export interface ApiClient {
  ask(
    method: string,
    path: string,
    body?: unknown,
    contentType?: string,
  ): Promise<{ readonly status: number; readonly body: Json; readonly text: string }>
  /** Server-side apply as `manager`; `query` is added to the path. */
  apply(
    path: string,
    body: unknown,
    manager: string,
    query?: string,
  ): Promise<{ readonly status: number; readonly body: Json; readonly text: string }>
  /** Events as they come. Resolves when the watch is open. */
  watch(path: string): Promise<{ readonly received: readonly unknown[]; stop(): void }>
  close(): void
}

/** A client that knows nothing but the kubeconfig. `authorization` replaces its certificate. */
export function createApiClient(cluster: LabCluster, authorization?: string): ApiClient {
  const kubeconfig = load(cluster.kubeconfig) as {
    clusters: [{ cluster: { server: string; 'certificate-authority-data': string } }]
    users: [{ user: { 'client-certificate-data'?: string; 'client-key-data'?: string } }]
  }
  const [{ cluster: server }] = kubeconfig.clusters
  const [{ user }] = kubeconfig.users
  const decoded = (base64 = '') => Buffer.from(base64, 'base64')
  const agent = new Agent({
    keepAlive: true,
    ca: decoded(server['certificate-authority-data']),
    ...(authorization === undefined && {
      cert: decoded(user['client-certificate-data']),
      key: decoded(user['client-key-data']),
    }),
  })
  const ask: ApiClient['ask'] = (method, path, body, contentType = 'application/json') =>
    new Promise((resolve, reject) => {
      const sent = request(`${server.server}${path}`, {
        method,
        agent,
        headers: {
          'user-agent': 'contract/1',
          ...(authorization && { authorization }),
          ...(body !== undefined && { 'content-type': contentType }),
        },
      })
      sent.once('error', reject)
      sent.once('response', (response) => {
        text(response).then((answered) => {
          const isJson = response.headers['content-type']?.startsWith('application/json')
          const parsed: Json = isJson ? JSON.parse(answered) : {}
          resolve({ status: response.statusCode ?? 0, body: parsed, text: answered })
        }, reject)
      })
      sent.end(body === undefined ? undefined : JSON.stringify(body))
    })
  return {
    ask,
    apply: (path, body, manager, query = '') =>
      ask('PATCH', `${path}?fieldManager=${manager}${query}`, body, 'application/apply-patch+yaml'),
    watch: (path) =>
      new Promise((resolve, reject) => {
        const received: unknown[] = []
        const sent = request(`${server.server}${path}`, { agent })
        sent.once('error', reject)
        sent.once('response', (response) => {
          // Stopping a watch cuts it: that error is wanted.
          response.once('error', () => sent.destroy())
          let rest = ''
          response.setEncoding('utf8').on('data', (chunk: string) => {
            const lines = `${rest}${chunk}`.split('\n')
            rest = lines.pop() ?? ''
            received.push(...lines.map((line) => JSON.parse(line)))
          })
          resolve({ received, stop: () => sent.destroy() })
        })
        sent.end()
      }),
    close: () => agent.destroy(),
  }
}
