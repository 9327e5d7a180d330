import type { Diagnosis } from './diagnosis.ts'
import type { FailureRecord } from './failure.ts'
import type { Conversation, Person } from './person.ts'
import type { Plan } from './plan.ts'
import type { SignedApproval } from './signed-approval.ts'

/**
 * What a run is for: `diagnose` ends with the cause, `reconnect` goes on to a plan where re-applying helps, `apply` goes on to
 * a plan whatever the cause is (the twin of `kubectl apply`; only from a terminal).
 */
export type Goal = 'diagnose' | 'reconnect' | 'apply'

/** What the proof of a recovery rests on. All of it was seen by the worker. */
export interface Proof {
  /** ISO time since when Rancher's condition has been true without a break. */
  readonly stableSince: string
  readonly stableForMs: number
  readonly agents: string
  readonly rancherState: string
  /** What a call through Rancher's tunnel showed, as a sentence; absent in runs of older versions of Reagent. */
  readonly tunnel?: string
}

/** What one look after the apply saw; `holdingSince` is set while everything is as it should be. */
export interface Sighting {
  readonly agents: string
  readonly rancherState: string
  readonly seenDisconnected: boolean
  readonly holdingSince: string | null
  /** What is still missing, for people; empty while holding. */
  readonly missing: string
  /** What must stay as it is while holding, by name: restarts, times of conditions, attempts to connect. */
  readonly marks?: Readonly<Record<string, string>>
}

/** Everything that can happen to a run. `at` is an ISO time from the clock that was passed in. */
export type RunEvent = { readonly at: string } & (
  | {
      readonly type: 'requested'
      readonly run: string
      readonly cluster: string
      readonly goal: Goal
      readonly by: Person
      readonly conversation: Conversation | null
    }
  | { readonly type: 'joined'; readonly by: Person }
  | { readonly type: 'diagnosing' }
  | { readonly type: 'diagnosed'; readonly diagnosis: Diagnosis }
  | { readonly type: 'concluded'; readonly reason: string }
  | { readonly type: 'planned'; readonly plan: Plan; readonly expiresAt: string }
  | { readonly type: 'superseded'; readonly digest: string; readonly reason: string }
  | { readonly type: 'approved'; readonly approval: SignedApproval }
  | { readonly type: 'rejected'; readonly by: Person; readonly reason: string }
  | { readonly type: 'expired' }
  | { readonly type: 'cancelled'; readonly by: Person }
  | {
      readonly type: 'applying'
      readonly fence: number
      /** Whether Rancher had the cluster as connected just before the first write. */
      readonly wasConnected: boolean
    }
  | { readonly type: 'wrote'; readonly object: string; readonly fence: number }
  | { readonly type: 'verifying' }
  | { readonly type: 'sighted'; readonly sighting: Sighting }
  | { readonly type: 'recovered'; readonly proof: Proof }
  | { readonly type: 'not-recovered'; readonly reason: string }
  | { readonly type: 'failed'; readonly failure: FailureRecord }
  | { readonly type: 'half-applied'; readonly failure: FailureRecord }
  | { readonly type: 'outcome-unknown'; readonly failure: FailureRecord }
)
