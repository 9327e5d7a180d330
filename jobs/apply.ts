import { highestFence, type Writer } from '../src/cluster/index.ts'
import { again, done, type Handlers, type JobOutcome, type WorkJobs } from '../src/queue/index.ts'
import {
  approversOf,
  asFailure,
  coverageOf,
  digestOf,
  Failure,
  isSignedBy,
  nameOf,
  type Plan,
  type Run,
  refusalFor,
  type SignedApproval,
  stepsOf,
  wavesOf,
  writesOf,
} from '../src/recovery/index.ts'
import type { Lease } from '../src/store/index.ts'
import { askRancher } from './ask-rancher.ts'
import { endWithFailure } from './end-with-failure.ts'
import type { WorkParts } from './parts.ts'
import { type Rebuilt, rebuildPlan, supersedePlan } from './rebuild-plan.ts'

const LEASE_BUSY_RETRY_MS = 5_000
const LOOK_AGAIN_MS = 5_000
const CHANGED_RETRY_MS = 500
const MOST_BEGINNINGS = 5

/**
 * Applies an approved plan: takes the lease, builds the plan again from what is there now, and writes only what the approval covers. A run
 * that was interrupted is looked at first; what is in place stays, what is missing is written, nothing is written twice.
 */
export function createApplyJob(parts: WorkParts): Handlers<WorkJobs>['apply'] {
  const { runs, leases, change } = parts

  return async function applyJob({ run: runId }, { signal }) {
    const run = await runs.load(runId)
    if (!run || !isApplicable(run.state)) return done
    try {
      requireValidApproval(parts, run, run.state.approval)
      const lease = await leases.take(run.state.plan.effects.cluster.id, runId)
      try {
        const outcome = isWritten(run.state)
          ? await resume(run, run.state, lease)
          : await applyUnder(parts, run, run.state, lease, signal)
        if (outcome.kind === 'ended') return done
        return await askRancher(parts, runId, outcome.fence, signal)
      } finally {
        await lease.release()
      }
    } catch (error) {
      return afterFailure(run, error, signal)
    }
  }

  async function afterFailure(run: Run, thrown: unknown, signal: AbortSignal): Promise<JobOutcome> {
    const { code, facts } = asFailure(thrown)
    if (code === 'lease.held') return again(LEASE_BUSY_RETRY_MS)
    if (run.state.kind === 'unknown' && isFromLooking(thrown)) return again(LOOK_AGAIN_MS)
    if (code === 'lease.lost') {
      // Another worker carries this run on, so what this one could not write is not its to report.
      parts.log.warn({ run: run.id, ...facts }, 'another worker has taken this run over')
      return done
    }
    // Who changed it may be this run's own job in another worker. The next look tells, and writes only what the approval covers.
    if (code === 'cluster.changed' && timesBegun(run) < MOST_BEGINNINGS)
      return again(CHANGED_RETRY_MS)
    await endWithFailure(parts, run.id, 'apply', thrown, signal)
    const isUnknown = code === 'cluster.outcome-unknown' || code === 'rancher.outcome-unknown'
    return isUnknown ? again(LOOK_AGAIN_MS) : done
  }

  /** Every object is in place, so what was compared for them needs no other look. */
  async function resume(run: Run, state: BegunState, { fence }: Lease): Promise<Written> {
    if (state.kind === 'unknown') {
      const { wasConnected } = state
      await change(run.id, () => ({ type: 'begin-apply', fence, wasConnected }), {
        within: 'apply',
      })
    }
    return { kind: 'written', fence }
  }

  async function applyUnder(
    parts: WorkParts,
    run: Run,
    state: ApplicableState,
    lease: Lease,
    signal: AbortSignal,
  ): Promise<Written | { readonly kind: 'ended' }> {
    const rebuilt = await rebuildPlan(parts, run, state.plan, signal)
    const coverage = coverageOf(state.plan, rebuilt.plan)
    if (state.kind === 'approved' && coverage.kind !== 'same') {
      const reason =
        coverage.kind === 'different' ? coverage.reason : 'part of it is already in place'
      await supersedePlan(parts, run.id, rebuilt.plan, reason)
      return { kind: 'ended' }
    }
    const seenFence = highestFence(rebuilt.prepared)
    if (seenFence > lease.fence) await lease.raiseAbove(seenFence)
    const { fence } = lease
    const { wasConnected } = rebuilt
    await change(run.id, () => ({ type: 'begin-apply', fence, wasConnected }), { within: 'apply' })
    const inPlace = alreadyInPlace(state.plan, rebuilt.plan)
    await change(run.id, () => ({ type: 'record-writes', objects: inPlace, fence }), {
      within: 'apply',
    })
    if (coverage.kind === 'different') {
      throw new Failure('plan.superseded', { reason: coverage.reason })
    }
    await writeInWaves(run.id, rebuilt, { run: run.id, fence }, signal)
    return { kind: 'written', fence }
  }

  async function writeInWaves(
    runId: string,
    { cluster, prepared }: Rebuilt,
    writer: Writer,
    signal: AbortSignal,
  ): Promise<void> {
    const due = prepared.filter(({ planned }) => planned.action !== 'unchanged')
    await cluster.keepPrevious(due, writer, signal)
    for (const wave of wavesOf(due, ({ planned }) => planned)) {
      const results = await Promise.allSettled(
        wave.map(async (object) => {
          await cluster.write(object, writer, signal)
          return nameOf(object.planned.ref)
        }),
      )
      const objects = results.flatMap((r) => (r.status === 'fulfilled' ? [r.value] : []))
      await change(runId, () => ({ type: 'record-writes', objects, fence: writer.fence }), {
        within: 'apply',
      })
      throwWorst(results.flatMap((r) => (r.status === 'rejected' ? [r.reason] : [])))
    }
  }
}

/** Of objects that were written in parallel, one whose outcome nobody knows counts more than one that was refused. */
function throwWorst(reasons: readonly unknown[]): void {
  const isUnknown = (reason: unknown) =>
    reason instanceof Failure && reason.code === 'cluster.outcome-unknown'
  const worst = reasons.find(isUnknown) ?? reasons[0]
  if (worst !== undefined) throw worst
}

function timesBegun({ timeline }: Run): number {
  return timeline.filter(({ what }) => what === 'applying').length
}

/** Every object of the plan is written, under this fencing number. */
interface Written {
  readonly kind: 'written'
  readonly fence: number
}

type BegunState = Extract<Run['state'], { kind: 'applying' | 'unknown' }>

/** Whether an apply that was interrupted had come to the end of the objects, with something left to ask of Rancher. */
function isWritten(state: ApplicableState): state is BegunState {
  if (state.kind === 'approved' || stepsOf(state.plan).length === 0) return false
  const { written } = state
  return writesOf(state.plan).every(({ ref }) => written.includes(nameOf(ref)))
}

type ApplicableState = Extract<Run['state'], { kind: 'approved' | 'applying' | 'unknown' }>

function isApplicable(state: Run['state']): state is ApplicableState {
  return state.kind === 'approved' || state.kind === 'applying' || state.kind === 'unknown'
}

/** Writing to Redis is not enough to change a cluster: signature, digest, time and policy are checked here again. */
function requireValidApproval(parts: WorkParts, run: Run, signed: SignedApproval): void {
  const { approval } = signed
  // The digest is computed here: the one that stands beside a plan in Redis says nothing about it.
  const isForThis =
    approval.run === run.id &&
    isApplicable(run.state) &&
    approval.digest === digestOf(run.state.plan.effects)
  if (!isForThis || !isSignedBy(signed, parts.verifyKey)) {
    throw new Failure('approval.signature-invalid')
  }
  const refusal = refusalFor(parts.policy, 'approve', approval.by, run)
  if (refusal) {
    throw new Failure(refusal, { approvers: approversOf(parts.policy, run).join(', ') })
  }
  const hasBegun = run.state.kind !== 'approved'
  if (!hasBegun && parts.clock().toISOString() >= approval.expiresAt) {
    throw new Failure('approval.expired')
  }
}

/** Objects that the approved plan writes and that need no change any more: written before the interruption. */
function alreadyInPlace(approved: Plan, rebuilt: Plan): readonly string[] {
  const due = new Set(writesOf(rebuilt).map(({ ref }) => nameOf(ref)))
  return writesOf(approved)
    .map(({ ref }) => nameOf(ref))
    .filter((name) => !due.has(name))
}

/** While the outcome of a write is unknown, a look that fails is repeated; only a look that succeeds decides. */
function isFromLooking(error: unknown): boolean {
  if (!(error instanceof Failure)) return false
  const [room] = error.code.split('.')
  return (room === 'cluster' || room === 'rancher') && error.code !== 'cluster.outcome-unknown'
}
