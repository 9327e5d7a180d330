import type { JsonRecord } from '../../cluster/index.ts'
import type { Secret } from '../../observe/index.ts'
import type { RancherVersion } from '../version-differences.ts'

/** A variable of a container, as Kubernetes writes it. */
export interface Variable {
  readonly name: string
  readonly value?: string
  readonly valueFrom?: JsonRecord
}

/** All that a manifest is made from. */
export interface ManifestFacts {
  readonly version: RancherVersion
  /** The setting server-url, as it is stored. */
  readonly url: string
  readonly token: Secret
  readonly caChecksum: string
  /** With the registry that Rancher puts before it. */
  readonly image: string
  /** Whether Rancher built the cluster with RKE. */
  readonly isRke: boolean
  /** From 2.5.6 on: Rancher's own, then those that somebody set for the cluster, then STRICT_VERIFY. */
  readonly agentVariables: readonly Variable[]
  /** From 2.12 on: the name of the upgrade controller's app on clusters that Rancher provisioned; `''` elsewhere. */
  readonly upgradeAppName: string
  /** From 2.7.5 on; null before. */
  readonly customization: Customization | null
}

/** How people and settings place the Deployment. */
export interface Customization {
  readonly affinity: JsonRecord
  readonly appendTolerations: readonly JsonRecord[]
  readonly resources: JsonRecord | null
  /** `spec` without its selector; null where it is not switched on. */
  readonly podDisruptionBudget: JsonRecord | null
}
