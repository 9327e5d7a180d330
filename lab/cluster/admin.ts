import { text as readText } from 'node:stream/consumers'
import type { LabAnswer, LabRef } from './contract.ts'
import { isObject, type JsonObject, textAt } from './json.ts'
import type { Catalog } from './simulated/catalog.ts'
import type { Upstream } from './upstream.ts'

/** Where Rancher's agents live; those of its Fleet are in the second one, from 2.5 on. */
export const AGENT_NAMESPACES = ['cattle-system', 'cattle-fleet-system'] as const

/** Requests of the lab itself, past the gate. */
export interface Admin {
  api(
    method: string,
    path: string,
    body?: unknown,
    headers?: Readonly<Record<string, string>>,
  ): Promise<LabAnswer>
  /** The same, but rejects unless it is answered with 2xx or one of `accepted`. */
  must(method: string, path: string, body?: unknown, ...accepted: number[]): Promise<JsonObject>
  /** Merge patch, as the component that `manager` names. */
  merge(path: string, change: JsonObject, manager: string): Promise<LabAnswer>
  /** Path of the collection that an object belongs to. */
  collectionPathOf(ref: Omit<LabRef, 'name'>): string
  objectPathOf(ref: LabRef): string
}

export function createAdmin(upstream: Upstream, catalog: Catalog): Admin {
  const signal = new AbortController().signal
  const api: Admin['api'] = async (method, path, body, headers = {}) => {
    const answer = await upstream.ask({
      method,
      path,
      headers: {
        accept: 'application/json',
        'user-agent': 'lab',
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...Object.fromEntries(
          Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]),
        ),
      },
      body: Buffer.from(body === undefined ? '' : JSON.stringify(body)),
      signal,
    })
    const text = Buffer.isBuffer(answer.body) ? answer.body.toString() : await readText(answer.body)
    return { status: answer.status, text, body: jsonIn(text) }
  }
  const collectionPathOf: Admin['collectionPathOf'] = ({ apiVersion, kind, namespace }) => {
    const resource = catalog.findKind(apiVersion, kind)
    if (!resource) throw new Error(`the lab's cluster does not serve ${kind} (${apiVersion})`)
    const root = apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`
    const scope = resource.namespaced ? `/namespaces/${namespace ?? 'default'}` : ''
    return `${root}${scope}/${resource.resource}`
  }
  return {
    api,
    async must(method, path, body, ...accepted) {
      const answer = await api(method, path, body)
      const isFine =
        (answer.status >= 200 && answer.status < 300) || accepted.includes(answer.status)
      if (isFine) return answer.body
      throw new Error(`${method} ${path}: ${answer.status} ${textAt(answer.body, 'message')}`)
    },
    merge(path, change, manager) {
      const headers = {
        'content-type': 'application/merge-patch+json',
        'user-agent': `${manager}/lab`,
      }
      return api('PATCH', `${path}?fieldManager=${manager}`, change, headers)
    },
    collectionPathOf,
    objectPathOf: (ref) => `${collectionPathOf(ref)}/${encodeURIComponent(ref.name)}`,
  }
}

function jsonIn(text: string): JsonObject {
  try {
    const parsed: unknown = JSON.parse(text)
    return isObject(parsed) ? parsed : {}
  } catch {
    return {}
  }
}
