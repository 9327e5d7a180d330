import {
  type Diagnosis,
  diagnosisOf,
  type FailureRecord,
  isOver,
  keyOf,
  type Plan,
  type Proof,
  planOf,
  type Run,
  type RunStateKind,
} from '../recovery/index.ts'

/** A run as `--json` gives it, always as `{ "run": … }` or in `{ "runs": […] }`. People are `team/user`, times ISO. */
export interface RunRecord {
  readonly id: string
  readonly cluster: string
  readonly goal: Run['goal']
  readonly state: RunStateKind
  /** Nothing more will happen to it. */
  readonly over: boolean
  readonly requestedBy: string
  readonly requestedAt: string
  readonly joinedBy: readonly string[]
  readonly changedAt: string
  readonly diagnosis: Diagnosis | null
  readonly plan: Plan | null
  /** Until when the plan can be approved; only while it waits for that. */
  readonly expiresAt: string | null
  readonly approvedBy: string | null
  /** Objects written so far, in order. */
  readonly written: readonly string[]
  /** Why it ended, or why the plan before this one no longer held. */
  readonly reason: string | null
  readonly proof: Proof | null
  readonly failure: FailureRecord | null
}

export function runRecord(run: Run): RunRecord {
  const { state } = run
  return {
    id: run.id,
    cluster: run.cluster,
    goal: run.goal,
    state: state.kind,
    over: isOver(run),
    requestedBy: keyOf(run.requestedBy),
    requestedAt: run.requestedAt,
    joinedBy: run.joinedBy.map(keyOf),
    changedAt: run.changedAt,
    diagnosis: diagnosisOf(run),
    plan: planOf(run),
    expiresAt: state.kind === 'planned' ? state.expiresAt : null,
    approvedBy: 'approval' in state ? keyOf(state.approval.approval.by) : null,
    written: 'written' in state ? state.written : [],
    reason: reasonOf(run),
    proof: state.kind === 'recovered' ? state.proof : null,
    failure: 'failure' in state ? state.failure : null,
  }
}

function reasonOf({ state }: Run): string | null {
  if (state.kind === 'planned') return state.supersededBecause
  return 'reason' in state ? state.reason : null
}
