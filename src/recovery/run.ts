import type { Diagnosis } from './diagnosis.ts'
import type { FailureRecord } from './failure.ts'
import type { Conversation, Person } from './person.ts'
import type { Plan } from './plan.ts'
import type { Goal, Proof, Sighting } from './run-event.ts'
import type { SignedApproval } from './signed-approval.ts'

interface Diagnosed {
  readonly diagnosis: Diagnosis
}
interface Planned extends Diagnosed {
  readonly plan: Plan
}
interface Approved extends Planned {
  readonly approval: SignedApproval
}
interface Applied extends Approved {
  /** Names of the objects written so far, in the order in which they were written. */
  readonly written: readonly string[]
  /** ISO time just before the first write: whatever Rancher says from before it proves nothing. */
  readonly startedAt: string
  readonly wasConnected: boolean
}

/** Where a run stands, with exactly what is known there. */
export type RunState =
  | { readonly kind: 'requested' }
  | { readonly kind: 'diagnosing' }
  | ({ readonly kind: 'diagnosed' } & Diagnosed)
  | ({ readonly kind: 'no-action'; readonly reason: string } & Diagnosed)
  | ({
      readonly kind: 'planned'
      readonly expiresAt: string
      /** Why the plan before this one no longer held; null for the first plan. */
      readonly supersededBecause: string | null
    } & Planned)
  | ({ readonly kind: 'superseded'; readonly reason: string } & Planned)
  | ({ readonly kind: 'rejected'; readonly by: Person; readonly reason: string } & Planned)
  | ({ readonly kind: 'expired' } & Planned)
  | { readonly kind: 'cancelled'; readonly by: Person; readonly diagnosis: Diagnosis | null }
  | ({ readonly kind: 'approved' } & Approved)
  | ({ readonly kind: 'applying'; readonly fence: number } & Applied)
  | ({
      readonly kind: 'verifying'
      readonly appliedAt: string
      readonly sighting: Sighting | null
      /** ISO time at which the connection last broke off after it had been held; null while it never did. */
      readonly brokeOffAt: string | null
    } & Applied)
  | ({ readonly kind: 'recovered'; readonly proof: Proof } & Applied)
  | ({
      readonly kind: 'not-recovered'
      readonly reason: string
      readonly sighting: Sighting | null
    } & Applied)
  | ({ readonly kind: 'half-applied'; readonly failure: FailureRecord } & Applied)
  | ({ readonly kind: 'unknown'; readonly failure: FailureRecord } & Applied)
  | {
      readonly kind: 'failed'
      readonly failure: FailureRecord
      readonly diagnosis: Diagnosis | null
      readonly plan: Plan | null
    }

export type RunStateKind = RunState['kind']

/** One line of what happened, for the timeline. */
export interface Moment {
  readonly at: string
  readonly what: RunStateKind | 'joined' | 'wrote'
  readonly by?: Person
  readonly object?: string
}

/** A run: the fold of its events. `version` is how many there are. */
export interface Run {
  readonly id: string
  readonly version: number
  readonly cluster: string
  readonly goal: Goal
  readonly requestedBy: Person
  readonly requestedAt: string
  readonly joinedBy: readonly Person[]
  readonly conversation: Conversation | null
  readonly changedAt: string
  readonly state: RunState
  readonly timeline: readonly Moment[]
}

/** Whether nothing more will happen in a state. `unknown` is not final: it is left by looking at the cluster again. */
const IS_FINAL: Readonly<Record<RunStateKind, boolean>> = {
  requested: false,
  diagnosing: false,
  diagnosed: false,
  'no-action': true,
  planned: false,
  superseded: false,
  rejected: true,
  expired: true,
  cancelled: true,
  approved: false,
  applying: false,
  verifying: false,
  recovered: true,
  'not-recovered': true,
  'half-applied': true,
  unknown: false,
  failed: true,
}

const STATES = Object.keys(IS_FINAL) as readonly RunStateKind[]
export const FINAL_STATES = STATES.filter((kind) => IS_FINAL[kind])
export const OPEN_STATES = STATES.filter((kind) => !IS_FINAL[kind])

/** Whether nothing more will happen to this run. */
export function isOver(run: Run): boolean {
  return IS_FINAL[run.state.kind]
}

/** The diagnosis, in every state that has one. */
export function diagnosisOf(run: Run): Diagnosis | null {
  return 'diagnosis' in run.state ? run.state.diagnosis : null
}

/** The plan, in every state that has one. */
export function planOf(run: Run): Plan | null {
  return 'plan' in run.state ? run.state.plan : null
}
