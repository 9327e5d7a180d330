import { diagnosisOf, keyOf, type Run, shortDigest } from '../../recovery/index.ts'
import { clip, person, sentence } from '../mrkdwn.ts'
import { between, utcWords } from '../times.ts'
import { progressOf } from './counts.ts'
import { howWell, isConnected, whyNoAction } from './state-line.ts'

const LIMIT = 1_500

/**
 * Where a run stands as full sentences, for notifications and screen readers: what it is about comes first, times are in UTC, and there is
 * no markup that a notification would show raw.
 */
export function fallbackText(run: Run): string {
  return clip(`${sentence(run.cluster, 120) || 'A cluster'} ${words(run)}`, LIMIT)
}

/** The same for a message, in which the person who decided can be mentioned: what an old card's run came to. */
export function whatBecameOf(run: Run): string {
  const { state } = run
  const decided =
    state.kind === 'rejected' || state.kind === 'cancelled'
      ? ` It was ${state.kind} by ${person(keyOf(state.by))}.`
      : 'approval' in state
        ? ` It was approved by ${person(keyOf(state.approval.approval.by))}.`
        : ''
  return `${fallbackText(run)}${decided}`
}

function words(run: Run): string {
  const { state } = run
  switch (state.kind) {
    case 'requested':
      return 'is queued: a worker looks at it next.'
    case 'diagnosing':
      return 'is being looked at.'
    case 'diagnosed':
      return `${lost(run)} What to do is being worked out.`
    case 'superseded':
      return `${lost(run)} Something changed, so the plan is being worked out again.`
    case 'planned':
      return `${lost(run)} ${state.supersededBecause === null ? 'Plan' : 'The new plan'} ${shortDigest(state.plan.digest)} needs an approval by ${utcWords(state.expiresAt)}.`
    case 'no-action':
      return isConnected(state)
        ? `is connected to Rancher; ${howWell(state)}.`
        : `${lost(run)} ${capital(whyNoAction(run, state))}. ${spoken(state.reason)}`
    case 'approved':
      return `is about to be changed: plan ${shortDigest(state.plan.digest)} is approved and compared with the cluster once more.`
    case 'applying':
      return `is being changed: ${progressOf(state).words} written.`
    case 'verifying':
      return state.sighting?.holdingSince
        ? `is connected again since ${utcWords(state.sighting.holdingSince)}. It counts as back when that holds.`
        : state.brokeOffAt
          ? 'has the change, but the connection broke off again. It counts as back when it holds.'
          : 'has the change. Its agents are not connected to Rancher yet.'
    case 'recovered':
      return `is back.${lostFor(run, state.proof.stableSince)} Cause: ${causeOf(run)}`
    case 'not-recovered':
      return `is not back, though the change is in place. Still missing: ${closed(spoken(state.reason))}`
    case 'half-applied':
      return `is only partly changed: ${progressOf(state).words} written. ${spoken(state.failure.message)}`
    case 'unknown':
      return 'may or may not have taken the last write: it got no answer. The cluster is looked at again.'
    case 'rejected':
      return `${stillLost(run)}: the plan was rejected. Reason: ${closed(sentence(state.reason, 300))} Nothing was written.`
    case 'expired':
      return `${stillLost(run)}: nobody approved the plan in time. Nothing was written.`
    case 'cancelled':
      return `${stillLost(run)}: the run was cancelled. Nothing was written.`
    case 'failed':
      return `${stillLost(run)}: the run met a problem. ${spoken(state.failure.message)} Nothing was written.`
  }
}

function lost(run: Run): string {
  const { rancherState = null } = diagnosisOf(run) ?? {}
  if (isLost(run)) return `is lost by Rancher: ${causeOf(run)}`
  return rancherState === null
    ? `could not be seen in Rancher: ${causeOf(run)}`
    : `is ${sentence(rancherState, 40)} in Rancher: ${causeOf(run)}`
}

function stillLost(run: Run): string {
  return isLost(run) ? 'is still lost by Rancher' : 'was not changed'
}

function isLost(run: Run): boolean {
  return diagnosisOf(run)?.lostSince != null
}

function causeOf(run: Run): string {
  const summary = diagnosisOf(run)?.causes[0].summary ?? 'not known'
  return closed(sentence(summary, 300))
}

/** A sentence as it is read out: commands in it without the marks around them. */
function spoken(text: string): string {
  return sentence(text.replaceAll('`', ''), 400)
}

/** With a full stop, where it does not end with a mark of its own. */
function closed(text: string): string {
  return /[.…!?]$/.test(text) ? text : `${text}.`
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}

function lostFor(run: Run, backAt: string): string {
  const length = between(diagnosisOf(run)?.lostSince ?? null, backAt)
  return length ? ` Rancher had lost it for ${length}.` : ''
}
