import type { Diagnosis } from './diagnosis.ts'
import { Failure, recordOf } from './failure.ts'
import type { FailureCode } from './failure-texts/index.ts'
import { type NextStep, nextStepOf } from './next-step.ts'
import { isSamePerson, type Person } from './person.ts'
import type { Plan } from './plan.ts'
import { approversOf, type Policy, refusalFor } from './policy.ts'
import { isOver, type Run } from './run.ts'
import type { Proof, RunEvent, Sighting } from './run-event.ts'
import type { SignedApproval } from './signed-approval.ts'

/** What somebody, or a job, wants to happen to a run that exists. `at` is an ISO time. */
export type RunCommand = { readonly at: string } & (
  | { readonly type: 'join'; readonly by: Person }
  | { readonly type: 'begin-diagnosis' }
  | { readonly type: 'record-diagnosis'; readonly diagnosis: Diagnosis }
  | { readonly type: 'conclude'; readonly reason: string }
  | { readonly type: 'propose'; readonly plan: Plan; readonly expiresAt: string }
  | {
      readonly type: 'supersede'
      readonly reason: string
      readonly plan: Plan
      readonly expiresAt: string
    }
  | { readonly type: 'approve'; readonly approval: SignedApproval }
  | { readonly type: 'reject'; readonly by: Person; readonly reason: string }
  | { readonly type: 'cancel'; readonly by: Person }
  | { readonly type: 'expire'; readonly digest: string }
  | { readonly type: 'begin-apply'; readonly fence: number; readonly wasConnected: boolean }
  | { readonly type: 'record-writes'; readonly objects: readonly string[]; readonly fence: number }
  | { readonly type: 'finish-apply' }
  | { readonly type: 'record-sighting'; readonly sighting: Sighting }
  | { readonly type: 'prove'; readonly proof: Proof }
  | { readonly type: 'give-up'; readonly reason: string }
  | { readonly type: 'fail'; readonly job: NextStep['job']; readonly failure: Failure }
)

/** The events that follow, possibly none when the command is already done, or why it is refused. */
export type Decision =
  | { readonly ok: true; readonly events: readonly RunEvent[] }
  | { readonly ok: false; readonly failure: Failure }

/** Decides about one command. Pure and total: every state answers every command. */
export function decide(run: Run, command: RunCommand, policy: Policy): Decision {
  const { at } = command
  switch (command.type) {
    case 'join':
      return decideJoin(run, command.by, policy, at)
    case 'approve':
      return decideApprove(run, command.approval, policy, at)
    case 'reject':
    case 'cancel':
      return decideStop(run, command, policy)
    case 'expire':
      return decideExpire(run, command.digest, at)
    case 'fail':
      return decideFail(run, command, at)
    default:
      return decideStep(run, command)
  }
}

type Step = Exclude<
  RunCommand,
  { readonly type: 'join' | 'approve' | 'reject' | 'cancel' | 'expire' | 'fail' }
>

/** Steps that jobs take. A job may run twice: a step that is behind the run asks for nothing. */
function decideStep(run: Run, command: Step): Decision {
  const { at } = command
  const { kind } = run.state
  switch (command.type) {
    case 'begin-diagnosis':
      return kind === 'requested' ? events({ at, type: 'diagnosing' }) : nothing
    case 'record-diagnosis':
      return kind === 'diagnosing'
        ? events({ at, type: 'diagnosed', diagnosis: command.diagnosis })
        : nothing
    case 'conclude':
      return kind === 'diagnosed' ||
        kind === 'superseded' ||
        kind === 'planned' ||
        kind === 'approved'
        ? events({ at, type: 'concluded', reason: command.reason })
        : nothing
    case 'propose':
      return kind === 'diagnosed' || kind === 'superseded'
        ? events({ at, type: 'planned', plan: command.plan, expiresAt: command.expiresAt })
        : nothing
    case 'supersede':
      return kind === 'approved' || kind === 'planned'
        ? events(
            { at, type: 'superseded', digest: run.state.plan.digest, reason: command.reason },
            { at, type: 'planned', plan: command.plan, expiresAt: command.expiresAt },
          )
        : nothing
    case 'begin-apply':
      return kind === 'approved' || kind === 'applying' || kind === 'unknown'
        ? events({
            at,
            type: 'applying',
            fence: command.fence,
            wasConnected: command.wasConnected,
          })
        : refused(run)
    case 'record-writes': {
      if (run.state.kind !== 'applying') return refused(run)
      const { written } = run.state
      const fresh = command.objects.filter((object) => !written.includes(object))
      return events(
        ...fresh.map((object) => ({ at, type: 'wrote' as const, object, fence: command.fence })),
      )
    }
    case 'finish-apply':
      return kind === 'applying' ? events({ at, type: 'verifying' }) : nothing
    case 'record-sighting':
      return kind === 'verifying'
        ? events({ at, type: 'sighted', sighting: command.sighting })
        : nothing
    case 'prove':
      return kind === 'verifying'
        ? events({ at, type: 'recovered', proof: command.proof })
        : nothing
    case 'give-up':
      return kind === 'verifying'
        ? events({ at, type: 'not-recovered', reason: command.reason })
        : nothing
  }
}

function decideJoin(run: Run, by: Person, policy: Policy, at: string): Decision {
  const refusal = refusalFor(policy, 'request', by, run)
  if (refusal) return no(refusal, run, policy)
  const isHere =
    isSamePerson(run.requestedBy, by) || run.joinedBy.some((other) => isSamePerson(other, by))
  return isHere || isOver(run) ? nothing : events({ at, type: 'joined', by })
}

function decideApprove(run: Run, signed: SignedApproval, policy: Policy, at: string): Decision {
  const { approval } = signed
  const refusal = refusalFor(policy, 'approve', approval.by, run)
  if (refusal) return no(refusal, run, policy)
  if (run.state.kind !== 'planned') return refused(run)
  if (at >= run.state.expiresAt) return no('approval.expired', run, policy)
  if (approval.digest !== run.state.plan.digest || approval.run !== run.id) {
    return no('approval.other-plan', run, policy)
  }
  return events({ at, type: 'approved', approval: signed })
}

function decideStop(
  run: Run,
  command: Extract<RunCommand, { readonly type: 'reject' | 'cancel' }>,
  policy: Policy,
): Decision {
  const { at, by } = command
  const refusal = refusalFor(policy, command.type, by, run)
  if (refusal) return no(refusal, run, policy)
  const { kind } = run.state
  if (command.type === 'reject') {
    if (kind !== 'planned') return refused(run)
    return events({ at, type: 'rejected', by, reason: command.reason })
  }
  if (isOver(run)) return refused(run)
  if (kind === 'applying' || kind === 'verifying' || kind === 'unknown') {
    return no('run.too-late-to-cancel', run, policy)
  }
  return events({ at, type: 'cancelled', by })
}

function decideExpire(run: Run, digest: string, at: string): Decision {
  const { state } = run
  if (state.kind !== 'planned' || state.plan.digest !== digest || at < state.expiresAt) {
    return nothing
  }
  return events({ at, type: 'expired' })
}

/**
 * A failure ends the run: as `failed` while nothing was written, otherwise by saying how far it came. One of a job that is behind the run,
 * because another worker did the same job meanwhile, ends nothing.
 */
function decideFail(
  run: Run,
  { job, failure }: Extract<RunCommand, { readonly type: 'fail' }>,
  at: string,
): Decision {
  if (nextStepOf(run)?.job !== job) return nothing
  const record = recordOf(failure)
  const { kind } = run.state
  if (kind === 'applying' || kind === 'unknown') {
    if (OUTCOME_UNKNOWN.has(failure.code)) {
      return events({ at, type: 'outcome-unknown', failure: record })
    }
    const hasWritten = run.state.written.length > 0
    if (kind === 'applying' && hasWritten)
      return events({ at, type: 'half-applied', failure: record })
    if (kind === 'unknown') return nothing
  }
  if (kind === 'verifying') return events({ at, type: 'not-recovered', reason: failure.message })
  return events({ at, type: 'failed', failure: record })
}

/** A write went out and its answer never came: only looking tells what became of it. */
const OUTCOME_UNKNOWN: ReadonlySet<FailureCode> = new Set([
  'cluster.outcome-unknown',
  'rancher.outcome-unknown',
])

const nothing: Decision = { ok: true, events: [] }

function events(...list: readonly RunEvent[]): Decision {
  return { ok: true, events: list }
}

function refused(run: Run): Decision {
  const facts = { run: run.id, state: run.state.kind }
  return { ok: false, failure: new Failure(isOver(run) ? 'run.over' : 'run.not-waiting', facts) }
}

function no(code: FailureCode, run: Run, policy: Policy): Decision {
  const approvers = approversOf(policy, run).join(', ')
  return { ok: false, failure: new Failure(code, { run: run.id, approvers }) }
}
