import type { KeyObject } from 'node:crypto'
import type { Cluster } from '../src/cluster/index.ts'
import type { Log, Secret } from '../src/observe/index.ts'
import type { ChangeRun } from '../src/operations/index.ts'
import type { Producer } from '../src/queue/index.ts'
import type { Rancher } from '../src/rancher/index.ts'
import type { Policy } from '../src/recovery/index.ts'
import type { LeaseStore, RunStore } from '../src/store/index.ts'

/** What the jobs of a worker are made of. */
export interface WorkParts {
  readonly runs: RunStore
  readonly leases: LeaseStore
  readonly producer: Producer
  readonly change: ChangeRun
  readonly policy: Policy
  /** The public half of the bot's key: only approvals that it signed are applied. */
  readonly verifyKey: KeyObject
  readonly rancher: Rancher
  readonly rancherCaPem: string | null
  /** A cluster through its configured credentials, by the name that Rancher shows. Kept open between jobs. */
  readonly openCluster: (name: string) => Promise<Cluster>
  /** Names of the clusters that there are credentials for. */
  readonly configuredClusters: readonly string[]
  readonly fingerprint: (value: Secret | string) => string
  readonly clock: () => Date
  readonly approvalExpiresInMs: number
  readonly recheckEveryMs: number
  readonly proof: {
    readonly stableForMs: number
    readonly giveUpAfterMs: number
    readonly lookEveryMs: number
  }
  readonly probeLimitMs: number
  readonly log: Log
}
