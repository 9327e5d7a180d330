import type { Cluster } from '../cluster/index.ts'
import type { Role } from '../config/index.ts'
import type { Secret } from '../observe/index.ts'
import type { Rancher } from '../rancher/index.ts'
import type { Policy } from '../recovery/index.ts'
import type { SlackInspection } from '../slack/index.ts'
import type { RedisFacts } from '../store/index.ts'

/**
 * How a check ended. `warning`: it works, but not as it should or not for long. `skipped`: it could not be tested, because
 * something before it failed.
 */
export type CheckStatus = 'ok' | 'warning' | 'failed' | 'skipped'

/** One line of `reagent check`: what was tested, how it ended, what was seen, and what to do where something is to do. */
export interface CheckLine {
  readonly what: string
  readonly status: CheckStatus
  readonly detail: string
  /** Absent for `ok` and `skipped`. */
  readonly nextStep?: string
}

/** A Redis that runs, or the program for the private one that Reagent will start. */
export type RedisPart =
  | { readonly kind: 'running'; readonly inspect: (signal: AbortSignal) => Promise<RedisFacts> }
  /** Gives the path of the program; throws `store.redis-missing`. */
  | { readonly kind: 'private'; readonly findProgram: () => string }

/** How Slack's requests come in. */
export type SlackConnectionPart =
  | { readonly kind: 'http'; readonly signingSecret: Secret }
  | { readonly kind: 'socket'; readonly appToken: Secret }

export interface SlackPart {
  readonly inspection: SlackInspection
  readonly connection: SlackConnectionPart
  /** The workspace or organisation that the configuration names, as `T…` or `E…`. */
  readonly teamId: string
}

/** Where keys and the private Redis are kept. */
export interface DataPart {
  readonly directory: string
  /** False where Redis and keys all come from outside. */
  readonly isUsed: boolean
  /** Null where the keys come by environment. */
  readonly signingKeyFile: string | null
}

/** The real services that a configuration leads to. Null where the role has no such part. */
export interface CheckParts {
  /** What was read: `reagent.yaml` and the environment, or the environment alone. */
  readonly configuration: string
  readonly role: Role
  readonly data: DataPart
  readonly redis: RedisPart
  readonly rancher: Rancher | null
  /** Opens a cluster by the name under which it is configured. Whoever opens it closes it after the checks. */
  readonly clusters: ReadonlyMap<string, () => Promise<Cluster>>
  /** Whether clusters that are not among these are reached by the sources for all clusters. Default false. */
  readonly hasDefaultCredentials?: boolean
  readonly slack: SlackPart | null
  readonly policy: Policy
  readonly clock: () => Date
  /** Time for one check, all of its requests together. Default 15 s. */
  readonly limitMs?: number
}
