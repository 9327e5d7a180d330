import type { Moment, Run, RunState } from './run.ts'
import type { RunEvent, Sighting } from './run-event.ts'

/** A history that no decision could have produced: a bug or a damaged store, never a user's mistake. */
class ImpossibleHistory extends Error {
  constructor(event: RunEvent, run: Run | null) {
    super(`event "${event.type}" cannot follow state "${run?.state.kind ?? 'none'}"`)
    this.name = 'ImpossibleHistory'
  }
}

/** The run after one more event. Pure; the same events give the same run. */
export function evolve(run: Run | null, event: RunEvent): Run {
  if (event.type === 'requested') {
    return {
      id: event.run,
      version: 1,
      cluster: event.cluster,
      goal: event.goal,
      requestedBy: event.by,
      requestedAt: event.at,
      joinedBy: [],
      conversation: event.conversation,
      changedAt: event.at,
      state: { kind: 'requested' },
      timeline: [{ at: event.at, what: 'requested', by: event.by }],
    }
  }
  if (!run) throw new ImpossibleHistory(event, run)
  const next = {
    ...run,
    version: run.version + 1,
    changedAt: event.at,
    timeline: withMoment(run, event),
  }
  if (event.type === 'joined') return { ...next, joinedBy: [...run.joinedBy, event.by] }
  return { ...next, state: nextState(run, event) }
}

/** The run that a list of events describes, null for an empty list. */
export function replay(events: readonly RunEvent[]): Run | null {
  return events.reduce<Run | null>(evolve, null)
}

function nextState(run: Run, event: RunEvent): RunState {
  const { state } = run
  switch (event.type) {
    case 'diagnosing':
      return { kind: 'diagnosing' }
    case 'diagnosed':
      return { kind: 'diagnosed', diagnosis: event.diagnosis }
    case 'failed':
      return {
        kind: 'failed',
        failure: event.failure,
        diagnosis: 'diagnosis' in state ? state.diagnosis : null,
        plan: 'plan' in state ? state.plan : null,
      }
    case 'cancelled':
      return {
        kind: 'cancelled',
        by: event.by,
        diagnosis: 'diagnosis' in state ? state.diagnosis : null,
      }
  }
  if (!('diagnosis' in state) || !state.diagnosis) throw new ImpossibleHistory(event, run)
  const { diagnosis } = state
  switch (event.type) {
    case 'concluded':
      return { kind: 'no-action', diagnosis, reason: event.reason }
    case 'planned':
      return {
        kind: 'planned',
        diagnosis,
        plan: event.plan,
        expiresAt: event.expiresAt,
        supersededBecause: state.kind === 'superseded' ? state.reason : null,
      }
  }
  if (!('plan' in state) || !state.plan) throw new ImpossibleHistory(event, run)
  const { plan } = state
  switch (event.type) {
    case 'superseded':
      return { kind: 'superseded', diagnosis, plan, reason: event.reason }
    case 'rejected':
      return { kind: 'rejected', diagnosis, plan, by: event.by, reason: event.reason }
    case 'expired':
      return { kind: 'expired', diagnosis, plan }
    case 'approved':
      return { kind: 'approved', diagnosis, plan, approval: event.approval }
  }
  if (!('approval' in state)) throw new ImpossibleHistory(event, run)
  const approved = { diagnosis, plan, approval: state.approval }
  if (event.type === 'applying') {
    // An apply that goes on after an interruption keeps when it began: writes may have happened since then.
    const { fence, wasConnected, at } = event
    const begun =
      'written' in state
        ? { written: state.written, startedAt: state.startedAt, wasConnected: state.wasConnected }
        : { written: [], startedAt: at, wasConnected }
    return { kind: 'applying', ...approved, ...begun, fence }
  }
  if (!('written' in state)) throw new ImpossibleHistory(event, run)
  const { written, startedAt, wasConnected } = state
  const applied = { ...approved, written, startedAt, wasConnected }
  switch (event.type) {
    case 'wrote':
      return {
        kind: 'applying',
        ...applied,
        written: [...applied.written, event.object],
        fence: event.fence,
      }
    case 'verifying':
      return {
        kind: 'verifying',
        ...applied,
        appliedAt: event.at,
        sighting: null,
        brokeOffAt: null,
      }
    case 'half-applied':
      return { kind: 'half-applied', ...applied, failure: event.failure }
    case 'outcome-unknown':
      return { kind: 'unknown', ...applied, failure: event.failure }
    case 'recovered':
      return { kind: 'recovered', ...applied, proof: event.proof }
  }
  if (state.kind !== 'verifying') throw new ImpossibleHistory(event, run)
  switch (event.type) {
    case 'sighted':
      return {
        ...state,
        sighting: event.sighting,
        brokeOffAt: breaksOff(state.sighting, event.sighting) ? event.at : state.brokeOffAt,
      }
    case 'not-recovered':
      return { kind: 'not-recovered', ...applied, reason: event.reason, sighting: state.sighting }
    default:
      throw new ImpossibleHistory(event, run)
  }
}

function breaksOff(before: Sighting | null, now: Sighting): boolean {
  return before !== null && before.holdingSince !== null && now.holdingSince === null
}

function withMoment(run: Run, event: RunEvent): readonly Moment[] {
  const moment = momentOf(event)
  return moment ? [...run.timeline, moment] : run.timeline
}

function momentOf(event: RunEvent): Moment | null {
  const { at } = event
  switch (event.type) {
    case 'requested':
    case 'joined':
    case 'rejected':
    case 'cancelled':
      return { at, what: event.type, by: event.by }
    case 'approved':
      return { at, what: 'approved', by: event.approval.approval.by }
    case 'wrote':
      return { at, what: 'wrote', object: event.object }
    case 'concluded':
      return { at, what: 'no-action' }
    case 'outcome-unknown':
      return { at, what: 'unknown' }
    case 'sighted':
      return null
    default:
      return { at, what: event.type }
  }
}
