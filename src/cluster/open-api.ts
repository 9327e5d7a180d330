import { failureFrom, jsonOf } from './answer.ts'
import { createConnection } from './connection.ts'
import type { JsonRecord } from './json.ts'
import { readKubeconfig } from './kubeconfig.ts'

/** An API server as JSON behind paths, for whoever needs other objects of it than a cluster's agents. */
export interface ClusterApi {
  readonly server: string
  /** The object or list at `path`, null for 404. `action` completes "may not …" for 403. Rejects with a `cluster.*` failure. */
  get(path: string, action: string, signal: AbortSignal): Promise<JsonRecord | null>
  /** Creates `body` in the collection at `path`; null where that is not served (404). `object` is its name in a failure. */
  create(
    path: string,
    body: JsonRecord,
    object: string,
    signal: AbortSignal,
  ): Promise<JsonRecord | null>
  close(): void
}

const MOST_LIST_BYTES = 32 * 1024 * 1024

/** Reads the kubeconfig at `path` but connects to nothing yet; fails with `cluster.kubeconfig-unreadable`. */
export async function openApi(path: string, timeoutMs: number): Promise<ClusterApi> {
  const connection = createConnection(await readKubeconfig(path), path, timeoutMs)
  const { server } = connection
  return {
    server,
    async get(at, action, signal) {
      const ask = { method: 'GET', path: at, limitBytes: MOST_LIST_BYTES } as const
      const answer = await connection.ask(ask, signal)
      if (answer.status === 404) return null
      if (answer.status === 200) return jsonOf(server, answer)
      throw failureFrom(server, answer, { action, object: '' })
    },
    async create(at, body, object, signal) {
      const ask = { method: 'POST', path: at, body, writes: object } as const
      const answer = await connection.ask(ask, signal)
      if (answer.status === 404) return null
      if (answer.status === 201) return jsonOf(server, answer)
      throw failureFrom(server, answer, { action: `create ${object}`, object }, ask)
    },
    close: connection.close,
  }
}
