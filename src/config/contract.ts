import type { KeyObject } from 'node:crypto'
import type { CredentialSource } from '../cluster/index.ts'
import type { Secret } from '../observe/index.ts'
import type { Policy } from '../recovery/index.ts'

/** Which half of Reagent a process is. The terminal does what `all` does, without Slack. */
export type Role = 'all' | 'bot' | 'worker' | 'terminal'

export type SlackConnection =
  | { readonly kind: 'http'; readonly signingSecret: Secret; readonly port: number }
  | { readonly kind: 'socket'; readonly appToken: Secret }

export interface SlackConfig {
  readonly connection: SlackConnection
  readonly botToken: Secret
  readonly teamId: string
  /** Another Slack API address than the public one; null: the public one. */
  readonly apiUrl: string | null
}

export interface RancherConfig {
  readonly url: string
  readonly token: Secret
  readonly caPem: string | null
  readonly timeoutMs: number
}

export interface ClusterConfig {
  /** In the order to try them, at least one. */
  readonly sources: readonly CredentialSource[]
  readonly timeoutMs: number
  /** Of its namespace kube-system, where the configuration pins it. */
  readonly uid: string | null
}

/** Where a server listens. An IPv6 host stands without brackets. */
export interface ListenAddress {
  readonly host: string
  readonly port: number
}

/** Everything a process needs to know, checked and frozen. Parts that its role must not have are null. */
export interface Config {
  readonly role: Role
  /** The file that was read; null when there is none, so that all is from the environment and defaults. */
  readonly file: string | null
  readonly slack: SlackConfig | null
  readonly rancher: RancherConfig | null
  readonly clusters: ReadonlyMap<string, ClusterConfig>
  /** How a cluster is reached that is not among these; null: not at all. */
  readonly otherClusters: (name: string) => ClusterConfig | null
  /** Null: the private Redis in `dataDirectory`. */
  readonly redisUrl: string | null
  readonly dataDirectory: string
  /** Given by environment; null: a key pair in `dataDirectory`, made at the first start. */
  readonly signingKey: KeyObject | null
  readonly verifyKey: KeyObject | null
  readonly policy: Policy
  readonly approvalExpiresInMs: number
  /** How often a plan that waits for approval is built again. */
  readonly recheckEveryMs: number
  readonly proof: {
    readonly stableForMs: number
    readonly giveUpAfterMs: number
    readonly lookEveryMs: number
  }
  readonly probeLimitMs: number
  readonly queue: {
    readonly concurrency: number
    readonly lockMs: number
    readonly sweepEveryMs: number
  }
  /** Where health and metrics are served; null: nowhere. Port 0: any free one. */
  readonly observe: ListenAddress | null
  readonly logLevel: string
  /** The PATH on which programs are looked for. */
  readonly path: string
}
