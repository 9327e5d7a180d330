import type { RunStore } from '../../src/store/index.ts'
import type { LabCluster } from '../cluster/index.ts'
import type { LabRancher } from '../rancher/index.ts'
import type { LabSlack } from '../slack/index.ts'
import type { ReagentProcess } from './reagent-process.ts'

/** What a world is made of. Everything has a default that suits a quick run. */
export interface WorldOptions {
  readonly seed?: number
  /** Which API server the cluster has. Default: `real` where `KUBEBUILDER_ASSETS` was given, else `simulated`. */
  readonly assetsDirectory?: string | undefined
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

/** A Rancher that knows one cluster, the cluster, a Slack, a Redis, and Reagent in between. */
export interface World {
  readonly rancher: LabRancher
  readonly cluster: LabCluster
  readonly slack: LabSlack
  /** Rancher's id of the cluster `myk8s`. */
  readonly clusterId: string
  readonly runs: RunStore
  /** Environment and configuration file with which anybody could start Reagent here. */
  readonly env: Readonly<Record<string, string>>
  readonly folder: string
  /** The processes that run now. */
  readonly processes: readonly ReagentProcess[]
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
