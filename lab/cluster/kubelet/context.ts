import type { Admin } from '../admin.ts'
import type { LabNode } from '../contract.ts'
import type { JsonObject } from '../json.ts'
import type { AgentNetwork } from './agent-network.ts'
import type { EventRecorder } from './events.ts'
import type { PodLogs } from './pod-logs.ts'
import type { RevisionOf } from './revisions.ts'
import type { Trouble } from './trouble.ts'

/** What everything that plays workloads needs. */
export interface KubeletContext {
  readonly admin: Admin
  /** Whose workloads are played. */
  readonly namespace: string
  readonly nodes: readonly LabNode[]
  /** The nodes as the API server has them, by name. */
  readonly liveNodes: ReadonlyMap<string, JsonObject>
  readonly trouble: Trouble
  readonly network: AgentNetwork
  readonly events: EventRecorder
  readonly logs: PodLogs
  readonly revisionOf: RevisionOf
  readonly seed: number
  readonly timeScale: number
  readonly now: () => Date
  /** The API server as agents are told it: `HOST:PORT`, and its authority as PEM. */
  readonly apiAddress: string
  readonly apiServerCaPem: string
  readonly unpullableImages: ReadonlySet<string>
  readonly secrets: ReadonlyMap<string, JsonObject>
  readonly serviceAccounts: ReadonlyMap<string, JsonObject>
  /** Resolves once this holds for secrets, images or the like, or when the signal aborts. */
  until(isSo: () => boolean, signal: AbortSignal): Promise<void>
  /** A pod changed its state or printed a line. */
  agentChanged(): void
  /** Has workloads looked at again. */
  look(): void
}
