import { keyOf, type Run, type Sighting, shortDigest } from '../recovery/index.ts'
import { forTerminal } from './output.ts'
import { duration, localTime } from './times.ts'

/** Where a run stands, in a few words: for progress, lists and after an interruption. */
export function describeState({ state, goal }: Run): string {
  switch (state.kind) {
    case 'planned':
      return `plan ${shortDigest(state.plan.digest)} waits for approval until ${localTime(state.expiresAt)}`
    case 'superseded':
      return `the plan no longer holds: ${state.reason}`
    case 'approved':
      return `approved by ${keyOf(state.approval.approval.by)}`
    case 'applying':
      return `applying, ${state.written.length} written`
    case 'verifying':
      return `applied, ${describeSighting(state.sighting)}`
    case 'no-action':
      return goal === 'diagnose' ? 'diagnosed' : 'nothing to apply'
    case 'rejected':
    case 'cancelled':
      return `${state.kind} by ${keyOf(state.by)}`
    case 'not-recovered':
      return 'applied, but not back'
    case 'half-applied':
      return 'half applied'
    case 'unknown':
      return 'the outcome of a write is not known; the cluster is looked at again'
    default:
      return state.kind
  }
}

function describeSighting(sighting: Sighting | null): string {
  if (sighting === null) return 'waiting for the agents'
  if (sighting.holdingSince === null) return sighting.missing
  return `holding: agents ${sighting.agents}, Rancher: ${sighting.rancherState}`
}

/** How a run ended: what happened, and what to do now. */
export function describeEnd(run: Run): readonly string[] {
  const { state, cluster } = run
  switch (state.kind) {
    case 'recovered': {
      const took = duration(Date.parse(run.changedAt) - Date.parse(run.requestedAt))
      const { proof } = state
      const lines = [
        `${cluster} is back, ${took} after the request.`,
        `Proof   agents ${proof.agents} · Rancher: ${proof.rancherState} · stable for ${duration(proof.stableForMs)} since ${localTime(proof.stableSince)}${proof.tunnel === undefined ? '' : ` · ${proof.tunnel}`}`,
      ]
      return [...lines, `Wrote   ${listOf(state.written)}`]
    }
    case 'no-action':
      return [`Nothing was applied. ${state.reason}`]
    case 'rejected':
      return [`${describeState(run)}: ${state.reason || 'no reason given'}. Nothing was written.`]
    case 'expired':
      return ['Nobody approved the plan in time. Nothing was written. Run again if it is needed.']
    case 'cancelled':
      return [`${describeState(run)}. Nothing was written.`]
    case 'not-recovered':
      return [
        `The agents were applied, but ${cluster} is not back: ${state.reason}`,
        `Wrote   ${listOf(state.written)}`,
        `Run \`reagent diagnose ${cluster}\` to see what is still in the way.`,
      ]
    case 'half-applied':
      return [
        `Only a part was applied: ${state.failure.message}`,
        `Wrote   ${listOf(state.written)}`,
        forTerminal(state.failure.nextStep),
      ]
    case 'failed':
      return [`${state.failure.message} Nothing was written.`, forTerminal(state.failure.nextStep)]
    default:
      return [`Run ${run.id}: ${describeState(run)}.`]
  }
}

function listOf(written: readonly string[]): string {
  return written.length === 0 ? 'nothing' : written.join(', ')
}
