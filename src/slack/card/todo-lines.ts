import { type CauseId, keyOf, type Run } from '../../recovery/index.ts'
import {
  code,
  type Line,
  labelled,
  listed,
  mention,
  moment,
  type Part,
  prose,
} from '../rich-text.ts'
import { lasting } from '../times.ts'

const SHOWN_APPROVERS = 6

/** What a card says besides its run. */
export interface CardContext {
  /** Who could approve, as `team/user`. */
  readonly approvers: readonly string[]
  /** When a cluster counts as back, and when waiting for that ends. */
  readonly proof: { readonly stableForMs: number; readonly giveUpAfterMs: number }
}

/** What whoever reads the card can do now, who may do it and until when. On every card, also when that is nothing. */
export function todoLines(run: Run, context: CardContext): readonly Line[] {
  return [labelled('What to do', ...todo(run, context))]
}

function todo(run: Run, context: CardContext): readonly Part[] {
  const { state } = run
  switch (state.kind) {
    case 'requested':
      return [
        'Nothing, a worker takes it up next. If this stays for a minute, no worker runs: start one with ',
        code('reagent start --role worker'),
        '.',
      ]
    case 'diagnosing':
      return ['Nothing, the cause appears here within seconds. Looking changes nothing.']
    case 'diagnosed':
      return run.goal === 'diagnose'
        ? ['Nothing, what to do about it appears here next.']
        : ['Nothing, the exact change appears here next. Nothing is written without an approval.']
    case 'superseded':
      return ['Nothing, the new plan appears here next. It needs an approval of its own.']
    case 'planned':
      return approvalParts(run, state.expiresAt, context)
    case 'approved':
      return [
        'Nothing, it is applied as soon as a worker has compared plan and cluster. Where they differ, nothing is written and a new plan is shown.',
      ]
    case 'applying':
      return ['Wait. It cannot be cancelled any more; this card says what was written.']
    case 'verifying':
      return verifyingParts(state, context)
    case 'unknown':
      return [
        'Wait. Nothing is written twice: the cluster is looked at first, and only what is missing is written then.',
      ]
    case 'recovered':
      return ['Nothing more. This card can go into the incident report as it is.']
    case 'not-recovered':
      return [
        'Nothing was undone. Mend what is still missing; ',
        code(commandFor('diagnose', run.cluster)),
        ' shows what stands in the way now.',
      ]
    case 'half-applied':
      return [
        ...prose(state.failure.nextStep, 400),
        ' What was written stays, and the objects as they were before are kept in the cluster. Then ask again for a plan of the rest: ',
        ...again(run),
      ]
    case 'no-action':
      return conclusionParts(run, state)
    case 'failed':
      return prose(state.failure.nextStep.replace(/^Nothing was written\. /, ''))
    case 'rejected':
      return ['Once that is settled, ask again for a new plan: ', ...again(run)]
    case 'expired':
      return [
        'Get hold of ',
        ...approversOf(context),
        ', then ask again for a new plan: ',
        ...again(run),
      ]
    case 'cancelled':
      return ['If it is still needed, ask again: ', ...again(run)]
  }
}

function approvalParts(run: Run, expiresAt: string, context: CardContext): readonly Part[] {
  const requester = keyOf(run.requestedBy)
  const isAlone = context.approvers.includes(requester)
  if (context.approvers.length === 0) {
    return [
      'Nobody is listed who may approve this: list somebody under ',
      code('policy.approve'),
      ' in reagent.yaml. The plan expires at ',
      moment(expiresAt),
      '.',
    ]
  }
  return [
    'It needs ',
    ...approversOf(context),
    ' to approve or reject, until ',
    moment(expiresAt),
    '. After that it expires and nothing is written.',
    ...(isAlone ? [] : [' ', ...mention(requester), ' asked, so somebody else must approve.']),
  ]
}

function verifyingParts(
  { appliedAt, sighting }: Extract<Run['state'], { kind: 'verifying' }>,
  { proof: { stableForMs, giveUpAfterMs } }: CardContext,
): readonly Part[] {
  const wait = lasting(stableForMs)
  if (sighting?.holdingSince) {
    return [
      `Wait. It counts as back when this has held for ${wait}, at `,
      moment(later(sighting.holdingSince, stableForMs)),
      '.',
    ]
  }
  return [
    `Wait. It counts as back once agents and Rancher have been well for ${wait} without a break. If that has not begun by `,
    moment(later(appliedAt, giveUpAfterMs)),
    ', this ends as not back.',
  ]
}

function conclusionParts(
  run: Run,
  state: Extract<Run['state'], { kind: 'no-action' }>,
): readonly Part[] {
  const cause = state.diagnosis.causes[0]
  if (run.goal === 'diagnose' && cause.reapplyHelps) {
    return [
      'Type ',
      ...again(run),
      ' to see the change that brings it back and to ask for its approval.',
    ]
  }
  const reason = prose(state.reason)
  if (/\brun again\b/i.test(state.reason)) return [...reason, ' (', ...again(run), ')']
  return cause.reapplyHelps || NEEDS_NO_OTHER_RUN.has(cause.id)
    ? reason
    : [...reason, ' Then ask again: ', ...again(run)]
}

/** Where asking again would tell the same. */
const NEEDS_NO_OTHER_RUN: ReadonlySet<CauseId> = new Set(['nothing-wrong', 'not-found-out'])

function again(run: Run): readonly Part[] {
  return [code(commandFor('reagent', run.cluster))]
}

/** The command as it must be typed: a name with spaces needs quotes. */
function commandFor(verb: string, cluster: string): string {
  return `/rancher ${verb} ${/\s/.test(cluster) ? `"${cluster}"` : cluster}`
}

function approversOf({ approvers }: CardContext): readonly Part[] {
  if (approvers.length === 0) return ['somebody who may approve']
  const people = listed(approvers.map(mention), SHOWN_APPROVERS)
  return approvers.length === 1 ? people : ['one of ', ...people]
}

function later(iso: string, byMs: number): string {
  return new Date(Date.parse(iso) + byMs).toISOString()
}
