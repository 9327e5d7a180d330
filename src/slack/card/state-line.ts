import { diagnosisOf, isOver, keyOf, type Run } from '../../recovery/index.ts'
import {
  bold,
  type Line,
  mention,
  moment,
  momentAndAge,
  type Part,
  paragraph,
  said,
} from '../rich-text.ts'
import { between } from '../times.ts'
import { progressOf } from './counts.ts'

/** The first line of a card: a sign, the cluster, and where its run stands, in words that do not need the sign. */
export function stateLine(run: Run): Line {
  return paragraph(`${signOf(run)} `, bold(run.cluster), ' ', ...stateWords(run))
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
      return isConnected(state) ? '🟢' : '🔴'
    case 'rejected':
    case 'expired':
    case 'cancelled':
      return '⚪'
    default:
      return '⚠️'
  }
}

function stateWords(run: Run): readonly Part[] {
  const { state } = run
  switch (state.kind) {
    case 'requested':
      return ['is queued · no worker has taken it yet']
    case 'diagnosing':
      return ['is being looked at · Rancher, the API server and the agents']
    case 'diagnosed':
      return [...lost(run), ' · working out what to do']
    case 'superseded':
      return [...lost(run), ' · something changed, working out the change again']
    case 'planned':
      return [
        ...lost(run),
        state.supersededBecause === null
          ? ' · needs an approval'
          : ' · the plan changed and needs an approval again',
      ]
    case 'no-action':
      return isConnected(state)
        ? [`is connected · ${howWell(state)}`]
        : [...lost(run), ` · ${whyNoAction(run, state)}`]
    case 'approved':
      return [
        '· approved by ',
        ...mention(keyOf(state.approval.approval.by)),
        ' · comparing with the cluster once more',
      ]
    case 'applying':
      return [`· applying, ${progressOf(state).words} written`]
    case 'verifying':
      return verifyingWords(state)
    case 'recovered':
      return ['is back', ...afterHowLong(run, state.proof.stableSince)]
    case 'not-recovered':
      return ['is not back, though the change is in place']
    case 'half-applied':
      return [`· only partly applied, ${progressOf(state).words} written`]
    case 'unknown':
      return ['· one write got no answer, looking at the cluster again']
    case 'rejected':
      return [...stillLost(run), '· rejected by ', ...mention(keyOf(state.by)), NOTHING_WRITTEN]
    case 'expired':
      return [...stillLost(run), '· nobody approved in time', NOTHING_WRITTEN]
    case 'cancelled':
      return [...stillLost(run), '· cancelled by ', ...mention(keyOf(state.by)), NOTHING_WRITTEN]
    case 'failed':
      return [...stillLost(run), '· the run met a problem', NOTHING_WRITTEN]
  }
}

const NOTHING_WRITTEN = ', nothing was written'

type Conclusion = Extract<Run['state'], { kind: 'no-action' }>

/** Whether a run that ends without an action found nothing wrong. */
export function isConnected({ diagnosis }: Conclusion): boolean {
  return diagnosis.causes[0].id === 'nothing-wrong'
}

/** `nothing is wrong`, as far as all that was looked at says so. */
export function howWell({ diagnosis }: Conclusion): string {
  return diagnosis.causes[0].confidence === 'certain' ? 'nothing is wrong' : 'nothing is broken now'
}

/** Why nothing is applied, as part of a sentence. */
export function whyNoAction({ goal }: Run, { diagnosis }: Conclusion): string {
  const [cause] = diagnosis.causes
  if (cause.id === 'not-found-out') return 'the cause was not found'
  if (!cause.reapplyHelps) return 'applying the agents again would not help'
  return goal === 'diagnose' ? 'cause found' : 'applying the agents again would change nothing'
}

function verifyingWords(state: Extract<Run['state'], { kind: 'verifying' }>): readonly Part[] {
  const { sighting, brokeOffAt } = state
  if (sighting?.holdingSince)
    return ['is connected again since ', moment(sighting.holdingSince), ' · not proved yet']
  return brokeOffAt
    ? ['· applied · the connection broke off again, waiting for the agents']
    : ['· applied · waiting for the agents']
}

function afterHowLong(run: Run, backAt: string): readonly Part[] {
  const lostFor = between(diagnosisOf(run)?.lostSince ?? null, backAt)
  if (lostFor) return [` · Rancher had lost it for ${lostFor}`]
  return [` · ${between(run.requestedAt, run.changedAt)} after the request`]
}

/** `is lost by Rancher since 01:57 today (14 minutes ago)`; without an age on a card that is not drawn again. */
function lost(run: Run): readonly Part[] {
  const diagnosis = diagnosisOf(run)
  if (diagnosis?.lostSince) {
    const { lostSince } = diagnosis
    return ['is lost by Rancher since ', isOver(run) ? moment(lostSince) : momentAndAge(lostSince)]
  }
  return diagnosis?.rancherState
    ? ['is ', said(diagnosis.rancherState, 40), ' in Rancher']
    : ['could not be seen in Rancher']
}

/** Nothing about a run that stopped says that the cluster is well: where it was lost, it still is. */
function stillLost(run: Run): readonly Part[] {
  const diagnosis = diagnosisOf(run)
  if (diagnosis?.lostSince) return ['is still lost by Rancher ']
  return diagnosis?.rancherState
    ? ['is still ', said(diagnosis.rancherState, 40), ' in Rancher ']
    : []
}
