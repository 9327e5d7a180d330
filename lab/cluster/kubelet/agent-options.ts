import type { Quirks } from '../../rancher-quirks.ts'
import type { Dial } from './agent-http.ts'
import type { AgentLog } from './agent-log.ts'
import type { AgentNetwork } from './agent-network.ts'

export interface AgentOptions {
  /** The container's variables, field references resolved. */
  readonly env: Readonly<Record<string, string>>
  /** What is mounted at /cattle-credentials. */
  readonly credentials: { readonly url: string; readonly token: string }
  readonly podName: string
  readonly podAddress: string
  /** Tag of the image, such as `v2.12.0`: which agent this is. */
  readonly version: string
  /** What it tells Rancher about itself (`X-API-Tunnel-Params`). */
  readonly parameters: unknown
  readonly network: AgentNetwork
  /** Opens connections from where it runs. */
  readonly dial: Dial
  readonly timeScale: number
  readonly now: () => Date
  readonly print: (line: string) => void
  /** The start script has found nothing wrong. */
  readonly onStarted: () => void
  /** Its first tunnel is open; `caPem` is the authority that it fetched. */
  readonly onConnected: (caPem: string | null) => void
  readonly signal: AbortSignal
}

/** An agent on the way to Rancher. */
export interface Agent extends AgentOptions {
  readonly quirks: Quirks
  readonly log: AgentLog
}
