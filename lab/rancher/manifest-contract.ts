import type { Quirks } from '../rancher-quirks.ts'
import type { Taint } from './contract.ts'

/** What the manifest of one cluster's agents is made from. */
export interface ManifestSources {
  readonly quirks: Quirks
  readonly serverUrl: string
  readonly token: string
  /** `''` in manifests that people apply, the cluster's id in those that Rancher pushes. */
  readonly namespace: string
  readonly caChecksum: string
  readonly agentImage: string
  readonly isRke: boolean
  /** `k=v,k=v`; null where they are not told. */
  readonly features: string | null
  /** Names and values of the variables that follow the agent's own: `CATTLE_SERVER_VERSION` and those set for the cluster. */
  readonly settings: readonly (readonly [name: string, value: string])[]
  readonly isTlsStrict: boolean
  /** Taints of the control plane; empty: the defaults are rendered. */
  readonly taints: readonly Taint[]
  /** `.dockerconfigjson` in base64; null: no registry of its own. */
  readonly registryCredentials: string | null
  readonly hasPriorityClass: boolean
}
