import type { ApiAnswer } from './api-contract.ts'
import type { AskCluster } from './contract.ts'
import { type JsonObject, recordedObject } from './recorded.ts'

/** `/k8s/clusters/<id>/…`: Rancher's way to the API server of a cluster. */
export interface ClusterProxy {
  /** Where the tunnel of a cluster ends. */
  lead(clusterId: string, ask: AskCluster): void
  /** Null for a path of something else. */
  answer(request: {
    readonly method: string
    readonly url: URL
    readonly body: string
    readonly contentType: string
    readonly isAuthenticated: boolean
  }): Promise<ApiAnswer> | null
}

const PATH = /^\/k8s\/clusters\/([^/]+)(\/.*)$/

/** Leads there while a cluster agent is connected; after that 503, as pkg/clusterrouter/proxy/proxy_server.go@v2.1.5 answers. */
export function createClusterProxy(isConnected: (clusterId: string) => boolean): ClusterProxy {
  const ends = new Map<string, AskCluster>()

  async function forward(
    ask: AskCluster,
    method: string,
    path: string,
    body: string,
    contentType: string,
  ): Promise<ApiAnswer> {
    const headers = contentType === '' ? {} : { 'content-type': contentType }
    const sent = body === '' ? undefined : JSON.parse(body)
    const { status, text } = await ask(method, path, sent, headers)
    return { status, contentType: 'application/json', body: text }
  }

  return {
    lead: (clusterId, ask) => void ends.set(clusterId, ask),
    answer({ method, url, body, contentType, isAuthenticated }) {
      const [, clusterId = '', path = ''] = PATH.exec(url.pathname) ?? []
      if (clusterId === '') return null
      if (!isAuthenticated) return Promise.resolve(json(401, recordedObject('unauth.json')))
      const ask = ends.get(clusterId)
      if (!ask || !isConnected(clusterId)) return Promise.resolve(unavailable())
      return forward(ask, method, `${path}${url.search}`, body, contentType)
    },
  }
}

function unavailable(): ApiAnswer {
  const message = 'cluster not found'
  const type = 'error'
  return json(503, { baseType: type, code: 'ClusterUnavailable', message, status: 503, type })
}

function json(status: number, body: JsonObject): ApiAnswer {
  return { status, contentType: 'application/json', body: JSON.stringify(body) }
}
