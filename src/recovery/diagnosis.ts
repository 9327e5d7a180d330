/** A cause that Reagent can name. The first set; the table in `src/diagnosis` says how each is recognised. */
export type CauseId =
  // What the agents trust.
  | 'ca-changed'
  | 'private-ca-removed'
  // What Rancher's address shows to those who connect.
  | 'rancher-certificate-untrusted'
  | 'certificate-chain-incomplete'
  | 'certificate-expired'
  | 'certificate-not-yet-valid'
  | 'certificate-name-mismatch'
  | 'tls-intercepted'
  | 'clock-skew'
  // The way from the agents to Rancher.
  | 'server-url-changed'
  | 'server-url-wrong'
  | 'dns-fails'
  | 'egress-blocked'
  | 'proxy-misconfigured'
  | 'websocket-blocked'
  | 'rancher-answers-foreign'
  // Whether Rancher takes the agents.
  | 'token-revoked'
  | 'credentials-missing'
  | 'credentials-of-another-cluster'
  | 'service-account-missing'
  | 'cluster-deleted'
  | 'duplicate-registration'
  | 'agent-features-missing'
  | 'tunnel-session-stale'
  // The agents in the cluster.
  | 'agents-missing'
  | 'agents-scaled-to-zero'
  | 'agent-crashing'
  | 'agent-out-of-memory'
  | 'agent-image-unavailable'
  | 'agent-image-broken'
  | 'agent-evicted'
  | 'agent-unschedulable'
  | 'namespace-terminating'
  | 'admission-webhook-refuses'
  | 'runtime-unsupported'
  | 'fleet-agent-ca-stale'
  // The servers.
  | 'rancher-unreachable'
  | 'rancher-failing'
  | 'api-server-unreachable'
  | 'etcd-slow'
  | 'downstream-ca-changed'
  | 'nothing-wrong'
  | 'not-found-out'

/** Where something was seen. `worker`: by Reagent itself, over the network. */
export type EvidenceSource = 'agent log' | 'fleet log' | 'event' | 'cluster' | 'rancher' | 'worker'

/** One thing that was seen. Both texts come from outside and hold no secret. */
export interface Evidence {
  readonly source: EvidenceSource
  readonly says: string
  /** ISO time of what was seen, by the clock of the source; null where it has none. */
  readonly at: string | null
}

export interface Cause {
  readonly id: CauseId
  readonly confidence: 'certain' | 'likely' | 'possible'
  /** One sentence for the card: what is wrong, with concrete values. */
  readonly summary: string
  readonly evidence: readonly Evidence[]
  /** One short sentence: what would show that it is something else. */
  readonly disproof: string
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
