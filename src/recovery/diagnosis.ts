/** A cause that Reagent can name. The first set; the table in `src/diagnosis` says how each is recognised. */
export type CauseId =
  | 'ca-changed'
  | 'token-revoked'
  | 'credentials-missing'
  | 'agents-missing'
  | 'agents-scaled-to-zero'
  | 'agent-crashing'
  | 'agent-image-unavailable'
  | 'rancher-unreachable'
  | 'rancher-failing'
  | 'rancher-certificate-untrusted'
  | 'api-server-unreachable'
  | 'nothing-wrong'
  | 'not-found-out'

export interface Cause {
  readonly id: CauseId
  readonly confidence: 'certain' | 'likely' | 'possible'
  /** One sentence for the card: what is wrong, with concrete values. */
  readonly summary: string
  /** What was seen that says so, each with where it was seen. */
  readonly evidence: readonly string[]
  /** What a person should do: for causes that re-applying heals, that it will; for the others, exactly what instead. */
  readonly remedy: string
  readonly reapplyHelps: boolean
}

/** One look from one place: whether it answered, and how long that took. */
export interface Look {
  readonly probe: string
  readonly vantage: 'rancher' | 'worker' | 'cluster'
  readonly outcome: 'answered' | 'failed' | 'timed-out'
  readonly tookMs: number
  /** Why it failed, for people; absent when it answered. */
  readonly reason?: string
}

export interface Diagnosis {
  readonly cluster: { readonly id: string | null; readonly name: string }
  /** What Rancher says of the cluster (`active`, `unavailable`, …), null when Rancher could not be asked. */
  readonly rancherState: string | null
  /** ISO time since when Rancher sees the cluster as lost, null when it is not or when nobody knows. */
  readonly lostSince: string | null
  /** Most probable first, never empty. */
  readonly causes: readonly [Cause, ...Cause[]]
  /** Warnings that are not the cause (support matrix and the like). */
  readonly notes: readonly string[]
  readonly looks: readonly Look[]
}
