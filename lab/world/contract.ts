import type { RunStore } from '../../src/store/index.ts'
import type { Distribution, LabCluster, LabClusterOptions } from '../cluster/index.ts'
import type { LabRancher, NewCluster } from '../rancher/index.ts'
import type { LabSlack } from '../slack/index.ts'
import type { ReagentProcess } from './reagent-process.ts'

/** A cluster of the world, with the id by which Rancher knows it. */
export interface WorldCluster {
  readonly name: string
  readonly id: string
  readonly cluster: LabCluster
}

export type ConfiguredInRancher = Pick<
  NewCluster,
  'agentEnvVars' | 'hasPriorityClass' | 'hidesAgentFeatures' | 'registryCredentials'
>

/** What a world is made of. Everything has a default that suits a quick run. */
export interface WorldOptions {
  readonly seed?: number
  /** Such as `2.12.0`. Default `2.1.5`. */
  readonly rancherVersion?: string
  /** What built `myk8s`. Default `imported`. */
  readonly distribution?: Distribution
  /** Nodes of `myk8s`. Default: those of its distribution. */
  readonly nodes?: LabClusterOptions['nodes']
  /** What Rancher is configured to do for its clusters. Default nothing. */
  readonly configuredInRancher?: ConfiguredInRancher
  /** What Rancher's setting `server-version` says. Default its version. */
  readonly serverVersionSetting?: string
  /** Which API server the cluster has. Default: `real` where `KUBEBUILDER_ASSETS` was given, else `simulated`. */
  readonly assetsDirectory?: string | undefined
  /** Which release the API server of `myk8s` plays. Default 1.20. */
  readonly kubernetesVersion?: LabClusterOptions['kubernetesVersion']
  /** Names of clusters besides `myk8s`; their API servers are simulated. Default none. */
  readonly otherClusters?: readonly string[]
  /** Factor on all waiting times of Rancher, kubelets and agents. */
  readonly timeScale?: number
  /** One process for both roles, or one each. */
  readonly roles?: 'all' | 'split'
  readonly approvalExpiresIn?: string
  readonly recheckEvery?: string
  readonly stableFor?: string
  readonly giveUpAfter?: string
  readonly probeLimit?: string
  readonly lock?: string
  /** Default false: messages are dated from a fixed instant, the same each time. True: they carry the time. */
  readonly liveTimestamps?: boolean
}

/** A Rancher, the clusters that it knows, a Slack, a Redis, and Reagent in between. */
export interface World {
  readonly rancher: LabRancher
  /** The API server of `myk8s`. */
  readonly cluster: LabCluster
  readonly slack: LabSlack
  /** All clusters, `myk8s` first. */
  readonly clusters: readonly WorldCluster[]
  /** Rancher's id of the cluster `myk8s`. */
  readonly clusterId: string
  readonly runs: RunStore
  /** Environment and configuration file with which anybody could start Reagent here. */
  readonly env: Readonly<Record<string, string>>
  readonly folder: string
  /** The processes that run now. */
  readonly processes: readonly ReagentProcess[]
  /** The one that works on clusters; null while none runs. */
  readonly worker: ReagentProcess | null
  /** Called when a process has started or is gone. Gives the function that ends the subscription. */
  onProcessChange(listener: () => void): () => void
  /** Starts Reagent as it was configured. The world begins without it, so that faults can come first. */
  startReagent(): Promise<void>
  startWorker(): Promise<void>
  /** Ends the worker, or the one process that is both: without any warning, or by asking it to stop. Resolves when it is gone. */
  endWorker(signal: 'SIGKILL' | 'SIGTERM'): Promise<void>
  /** Writes the certificate authority that Rancher has now where Reagent reads it. */
  trustRancher(): Promise<void>
  /** Everything that the processes printed, those that are gone included. */
  output(): string
  close(): Promise<void>
}
