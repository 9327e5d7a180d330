import {
  diagnosisOf,
  keyOf,
  type Moment,
  planOf,
  type Run,
  shortDigest,
} from '../recovery/index.ts'
import type { Block, ModalView } from './block.ts'
import { wholePlanLines } from './card/whole-plan-lines.ts'
import { clip, plain } from './mrkdwn.ts'
import {
  bullet,
  code,
  exactMoment,
  type Line,
  labelled,
  lengthOf,
  mention,
  paragraph,
  richText,
  said,
} from './rich-text.ts'
import { between } from './times.ts'

export const REJECT_CALLBACK = 'reject-reason'
export const REASON_BLOCK = 'reason'

// Of the 100 blocks of a window; a plan of agents has seven objects, so this is far away.
const BLOCKS_AT_MOST = 40
const BLOCK_LIMIT = 2_800

/** Asks for the reason of a rejection. */
export function rejectWindow(run: Run): ModalView {
  return {
    type: 'modal',
    callback_id: REJECT_CALLBACK,
    private_metadata: run.id,
    title: { type: 'plain_text', text: 'Reject the plan' },
    submit: { type: 'plain_text', text: 'Reject' },
    close: { type: 'plain_text', text: 'Back' },
    blocks: [
      {
        type: 'input',
        block_id: REASON_BLOCK,
        label: {
          type: 'plain_text',
          text: `Why is the plan for ${plain(run.cluster, 80)} rejected?`,
          emoji: false,
        },
        hint: {
          type: 'plain_text',
          text: 'The card shows it to everybody. The run ends, and nothing is written.',
        },
        element: {
          type: 'plain_text_input',
          action_id: REASON_BLOCK,
          max_length: 300,
          multiline: true,
        },
      },
    ],
  }
}

/** Every object and field of the plan, with all digits. */
export function planWindow(run: Run): ModalView {
  const plan = planOf(run)
  if (!plan) return readingWindow('Plan', [paragraph('This run has no plan.')])
  return readingWindow(`Plan ${shortDigest(plan.digest)}`, wholePlanLines(plan))
}

/** When what happened, by whom, and how long it took; reads well when it is pasted. */
export function timelineWindow(run: Run): ModalView {
  const plan = planOf(run)
  const lostSince = diagnosisOf(run)?.lostSince
  return readingWindow('Timeline', [
    labelled('Cluster', code(run.cluster)),
    labelled('Run', code(run.id)),
    ...(plan ? [labelled('Plan', code(plan.digest))] : []),
    ...(lostSince ? [labelled('Lost since', exactMoment(lostSince))] : []),
    ...run.timeline.map((moment, index) => momentLine(moment, run.timeline[index - 1])),
  ])
}

function momentLine({ at, what, by, object }: Moment, before: Moment | undefined): Line {
  const took = before ? between(before.at, at) : null
  return bullet(
    exactMoment(at),
    ` · ${WORDS[what]}`,
    ...(object ? [' ', said(object, 120)] : []),
    ...(by ? [' by ', ...mention(keyOf(by))] : []),
    ...(took && took !== '0 s' ? [`, ${took} later`] : []),
  )
}

const WORDS: Readonly<Record<Moment['what'], string>> = {
  requested: 'requested',
  joined: 'joined',
  diagnosing: 'looking for the cause',
  diagnosed: 'cause found',
  'no-action': 'ended, nothing is applied',
  planned: 'plan shown',
  superseded: 'plan did not hold any more',
  approved: 'approved',
  rejected: 'rejected',
  expired: 'expired, nobody approved in time',
  cancelled: 'cancelled',
  applying: 'applying',
  wrote: 'written:',
  verifying: 'applied, waiting for the agents',
  recovered: 'proved to be back',
  'not-recovered': 'ended, not back',
  'half-applied': 'ended, only partly applied',
  unknown: 'a write got no answer',
  failed: 'ended by a problem, nothing was written',
}

function readingWindow(title: string, lines: readonly Line[]): ModalView {
  return {
    type: 'modal',
    title: { type: 'plain_text', text: clip(title, 24) },
    close: { type: 'plain_text', text: 'Close' },
    blocks: [...blocksOf(lines)],
  }
}

/** As few blocks as hold the lines; what does not fit is counted in a last line. */
function blocksOf(lines: readonly Line[]): readonly Block[] {
  const blocks: Line[][] = []
  let length = 0
  for (const [index, line] of lines.entries()) {
    const last = blocks.at(-1)
    length += lengthOf(line) + 1
    if (last && length < BLOCK_LIMIT) {
      last.push(line)
    } else if (blocks.length === BLOCKS_AT_MOST) {
      blocks.push([tooMany(lines.length - index)])
      break
    } else {
      blocks.push([line])
      length = lengthOf(line)
    }
  }
  return blocks.map((part, index) => richText(`part-${index + 1}`, part))
}

function tooMany(rest: number): Line {
  return paragraph(`… and ${rest} more lines: see `, code('reagent status'), ' at a terminal.')
}
