import type { Cluster } from '../cluster/index.ts'
import type { Rancher } from '../rancher/index.ts'
import type { Policy } from '../recovery/index.ts'

/** One line of `reagent check`: what was tested, whether it is fine, and what to do when it is not. */
export interface CheckLine {
  readonly what: string
  readonly ok: boolean
  readonly detail: string
  /** Absent when it is fine. */
  readonly nextStep?: string
}

/** Who Slack says the bot is (`auth.test`), with the scopes of its token (header `x-oauth-scopes`). */
export interface SlackIdentity {
  readonly team: string
  readonly teamId: string
  readonly user: string
  readonly scopes: readonly string[]
}

/** The real services that a configuration leads to. Null where the role has no such part. */
export interface CheckParts {
  readonly redis: () => Promise<{ readonly version: string }>
  readonly rancher: Rancher | null
  /** Opens a cluster by the name under which it is configured. Whoever opens it closes it after the checks. */
  readonly clusters: ReadonlyMap<string, () => Promise<Cluster>>
  readonly slack: (() => Promise<SlackIdentity>) | null
  /** The workspace that the configuration names, as `T…`. */
  readonly expectedTeamId: string | null
  readonly policy: Policy
  /** Time for one check, all of its requests together. Default 15 s. */
  readonly limitMs?: number
}
