import type { JsonRecord } from '../../cluster/index.ts'

/**
 * The cluster that Rancher runs on, where Rancher keeps everything as custom resources. Paths are those of its API server and hold
 * nothing but letters, digits, `.`, `-`, `_` and `/`. Calls reject with `rancher.way-unusable`, or with `rancher.timed-out` or
 * `rancher.unreachable` when `signal` aborted.
 */
export interface LocalApi {
  /** What it is called to people, such as `kubeconfig local.yaml`. */
  readonly name: string
  /** The object or list, null where there is none. `action` completes "it may not …". */
  get(path: string, action: string, signal: AbortSignal): Promise<JsonRecord | null>
  /** Creates the object in the collection at `path`; gives it as it was stored. */
  create(path: string, body: LocalObject, signal: AbortSignal): Promise<JsonRecord>
  close(): void
}

/** An object to create. */
export interface LocalObject {
  readonly apiVersion: string
  readonly kind: string
  readonly metadata: { readonly name: string; readonly namespace: string }
  readonly [field: string]: unknown
}

/** A list of all clusters has some 11 KB each (fixture local-clusters.management.cattle.io.json). */
export const ANSWER_LIMIT_BYTES = 32 * 1024 * 1024
