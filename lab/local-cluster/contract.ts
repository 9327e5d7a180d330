import type { Gate } from '../cluster/contract.ts'
import type { JsonObject } from '../cluster/json.ts'

/** What Rancher keeps on the cluster that it runs on, as custom resources without `apiVersion` and `kind`. */
export interface KeptObjects {
  clusters(): readonly JsonObject[]
  settings(): readonly JsonObject[]
  registrations(): readonly JsonObject[]
  nodes(): readonly JsonObject[]
  /** Secrets in the namespaces of clusters. */
  secrets(): readonly JsonObject[]
  /** A registration that somebody creates as an object; gives it as it is stored. */
  createRegistration(sent: JsonObject): JsonObject
}

/** The cluster that a Rancher runs on. */
export interface LocalCluster {
  /** YAML with a current context and embedded credentials. */
  readonly kubeconfig: string
  readonly server: string
  readonly gate: Gate
  /** How often each path was asked for, by whatever way. */
  readonly requests: readonly { readonly method: string; readonly path: string }[]
  close(): Promise<void>
}
