import type { CauseId } from '../../src/recovery/index.ts'
import type { Random } from './random.ts'
import type { Stage } from './stage.ts'

/** Where a fault shows, each as a pattern that a line or message there matches. */
export interface Symptom {
  /** State that Rancher gives the cluster; absent: it does not matter. */
  readonly rancherState?: 'active' | 'unavailable'
  /** Message of one of Rancher's conditions; default where it is unavailable: that it has no agent. */
  readonly condition?: RegExp
  /** A line that an agent printed, in any of its starts that can still be read. */
  readonly agentLog?: RegExp
  /** The same of Fleet's agent. */
  readonly fleetLog?: RegExp
  /** A line of Rancher's own log. */
  readonly serverLog?: RegExp
  /** `Reason: message` of a Kubernetes event in cattle-system. */
  readonly event?: RegExp
  /** Why a pod is not running: its phase, reasons and conditions in one line. */
  readonly pod?: RegExp
  /** The namespace's phase and conditions, or a node's, in one line. */
  readonly object?: { readonly path: string; readonly says: RegExp }
  /** Handshakes with Rancher's address, by the authority that the worker knows: the error's code, or `ok`. */
  readonly handshake?: RegExp
}

/** One thing that goes wrong, played on everything where a real one shows. */
export interface Fault {
  readonly name: string
  /** One sentence for people. */
  readonly title: string
  /** What a diagnosis must name, the right one first; a second one only where both are honest. */
  readonly causes: readonly [CauseId, ...CauseId[]]
  readonly reapplyHelps: boolean
  /** Whether it exists on this Rancher; default: on all. */
  readonly existsOn?: (version: string) => boolean
  /** Plays it. Afterwards `symptom` shows, or will within seconds. */
  readonly play: (stage: Stage, random: Random) => Promise<void>
  readonly symptom: (stage: Stage) => Symptom
}
