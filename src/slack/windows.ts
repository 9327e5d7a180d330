import { planOf, type Run, shortDigest } from '../recovery/index.ts'
import type { Block, ModalView } from './block.ts'
import { wholePlanLines } from './card/change-lines.ts'
import { clip, code, person, plain, when } from './mrkdwn.ts'

export const REJECT_CALLBACK = 'reject-reason'
export const REASON_BLOCK = 'reason'

// Of the 100 blocks of a window; a plan of agents has seven objects, so this is far away.
const SECTIONS_AT_MOST = 40
const SECTION_LIMIT = 2_800

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

/** Every object and field of the plan. */
export function planWindow(run: Run): ModalView {
  const plan = planOf(run)
  if (!plan) return readingWindow('Plan', ['This run has no plan.'])
  const { effects, digest, notes } = plan
  const heading = `${code(effects.cluster.name)} (${code(effects.cluster.id)}) · Rancher ${code(effects.rancherUrl)} · agent ${code(effects.agentImage)}`
  return readingWindow(
    `Plan ${shortDigest(digest)}`,
    [heading, ...wholePlanLines(plan)],
    notes.map((text) => `Note: ${plain(text, 500)}`),
  )
}

/** When what happened, and by whom. */
export function timelineWindow(run: Run): ModalView {
  return readingWindow(
    'Timeline',
    run.timeline.map(({ at, what, by, object }) => {
      const who = by ? ` by ${person(`${by.teamId}/${by.userId}`)}` : ''
      return `${when(at)} · ${what}${object ? ` ${code(object)}` : ''}${who}`
    }),
  )
}

/** `notes` hold words from outside as they are: they stand in plain text, in which nothing is interpreted. */
function readingWindow(
  title: string,
  lines: readonly string[],
  notes: readonly string[] = [],
): ModalView {
  return {
    type: 'modal',
    title: { type: 'plain_text', text: clip(title, 24) },
    close: { type: 'plain_text', text: 'Close' },
    blocks: [...sectionsOf(lines), ...(notes.length > 0 ? [plainSection(notes)] : [])],
  }
}

function plainSection(lines: readonly string[]): Block {
  const text = clip(lines.join('\n'), SECTION_LIMIT)
  return { type: 'section', text: { type: 'plain_text', text, emoji: false } }
}

/** As few sections as hold the lines; what does not fit is counted in a last line. */
function sectionsOf(lines: readonly string[]): Block[] {
  const sections: string[] = []
  for (const [index, line] of lines.entries()) {
    const last = sections.at(-1)
    if (last !== undefined && last.length + line.length < SECTION_LIMIT) {
      sections[sections.length - 1] = `${last}\n${line}`
    } else if (sections.length === SECTIONS_AT_MOST) {
      sections.push(
        `… and ${lines.length - index} more lines: see \`reagent status\` at a terminal.`,
      )
      break
    } else {
      sections.push(clip(line, SECTION_LIMIT))
    }
  }
  return sections.map((text) => ({ type: 'section', text: { type: 'mrkdwn', text } }))
}
