import { diagnosisOf, keyOf, type Run, shortDigest } from '../../recovery/index.ts'
import { code, escapeText, lasting, person, plain, sentence, when } from '../mrkdwn.ts'

/** The first line of a card: a sign, the cluster, and where its run stands, in words that do not need the sign. */
export function stateLine(run: Run): string {
  return `${signOf(run)} ${code(run.cluster)} ${stateWords(run)}`
}

/** The same as a plain sentence, for notifications and screen readers. */
export function fallbackText(run: Run): string {
  const words = stateWords(run)
    .replace(/<!date\^\d+\^[^|>]*\|([^>]*)>/g, '$1')
    .replace(/<@([UW][A-Z0-9]+)>/g, '<@$1>')
  return `${sentence(run.cluster, 120)} ${words.replace(/[`*]/g, '')}`
}

function signOf({ state }: Run): string {
  switch (state.kind) {
    case 'requested':
    case 'diagnosing':
    case 'diagnosed':
    case 'superseded':
      return '🔎'
    case 'planned':
      return '🔴'
    case 'approved':
    case 'applying':
    case 'verifying':
      return '🔧'
    case 'recovered':
      return '🟢'
    case 'no-action':
      return state.diagnosis.causes[0].id === 'nothing-wrong' ? '🟢' : 'ℹ️'
    case 'rejected':
    case 'expired':
    case 'cancelled':
      return '⚪'
    default:
      return '⚠️'
  }
}

function stateWords(run: Run): string {
  const { state } = run
  switch (state.kind) {
    case 'requested':
      return 'is queued; no worker has taken it yet.'
    case 'diagnosing':
      return 'is being looked at …'
    case 'diagnosed':
    case 'superseded':
      return `${lostWords(run)} · working out the change …`
    case 'planned':
      return `${lostWords(run)} · needs an approval`
    case 'no-action':
      return state.diagnosis.causes[0].id === 'nothing-wrong'
        ? 'is connected. Nothing is wrong.'
        : `${lostWords(run)} · nothing that Reagent can apply would help`
    case 'approved':
      return `· approved by ${person(keyOf(state.approval.approval.by))} · checking the plan again …`
    case 'applying':
      return `· applying, ${state.written.length} written so far`
    case 'verifying':
      return `· applied · ${sightingWords(state.sighting)}`
    case 'recovered':
      return `is back · ${lasting(Date.parse(run.changedAt) - Date.parse(run.requestedAt))} after the request`
    case 'not-recovered':
      return 'is *not* back although the change is in place.'
    case 'half-applied':
      return 'is only *partly* applied.'
    case 'unknown':
      return '· the outcome of a write is *not known*; the cluster is being looked at again.'
    case 'rejected':
      return `· rejected by ${person(keyOf(state.by))}. Nothing was written.`
    case 'expired':
      return '· nobody approved in time. Nothing was written.'
    case 'cancelled':
      return `· cancelled by ${person(keyOf(state.by))}. Nothing was written.`
    case 'failed':
      return '· the run failed. Nothing was written.'
  }
}

function lostWords(run: Run): string {
  const since = diagnosisOf(run)?.lostSince
  if (since) return `is lost by Rancher since ${when(since)}`
  const state = diagnosisOf(run)?.rancherState
  return state ? `is ${escapeText(plain(state, 40))} in Rancher` : 'could not be seen in Rancher'
}

function sightingWords(
  sighting: { readonly agents: string; readonly holdingSince: string | null } | null,
): string {
  if (!sighting) return 'waiting for the agents'
  const agents = `agents ready ${sentence(sighting.agents, 80)}`
  return sighting.holdingSince
    ? `${agents} · Rancher: connected · holding since ${when(sighting.holdingSince)}`
    : `${agents} · not connected yet`
}

/** `r-abc · plan 5e21c0d4 · asked by @oncall · approved by @lead · …`: small print that identifies the run. */
export function identityLine(run: Run): string {
  const plan =
    'plan' in run.state && run.state.plan ? ` · plan ${shortDigest(run.state.plan.digest)}` : ''
  const joined =
    run.joinedBy.length > 0
      ? `, joined by ${run.joinedBy.map((by) => person(keyOf(by))).join(', ')}`
      : ''
  const approved =
    'approval' in run.state ? ` · approved by ${person(keyOf(run.state.approval.approval.by))}` : ''
  return `${run.id}${plan} · asked by ${person(keyOf(run.requestedBy))}${joined}${approved} · ${when(run.requestedAt)}`
}
