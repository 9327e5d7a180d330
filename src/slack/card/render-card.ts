import { diagnosisOf, planOf, type Run } from '../../recovery/index.ts'
import type { Block, Message } from '../block.ts'
import { clip, person, plain, when } from '../mrkdwn.ts'
import { buttonsOf } from './buttons.ts'
import { causeLines } from './cause-lines.ts'
import { changeLines } from './change-lines.ts'
import { endingLines } from './ending-lines.ts'
import { fallbackText, identityLine, stateLine } from './state-line.ts'

// Slack takes 3000 characters a section; what is counted is the escaped text, so there is some room left.
const SECTION_LIMIT = 2_800

export interface CardContext {
  /** Who could approve, as `team/user`. */
  readonly approvers: readonly string[]
}

/** The one card of a run: cluster and state first, then cause, change, what can be done and by whom. A pure function of the run. */
export function renderCard(run: Run, context: CardContext): Message {
  const diagnosis = diagnosisOf(run)
  const plan = planOf(run)
  const ending = endingLines(run)
  const blocks: Block[] = [
    mrkdwn('state', stateLine(run)),
    ...(diagnosis ? [prose('cause', causeLines(diagnosis))] : []),
    ...(plan ? [mrkdwn('change', changeLines(plan).join('\n'))] : []),
    ...(plan && plan.notes.length > 0
      ? [
          prose(
            'notes',
            plan.notes.slice(0, 5).map((note) => `Note: ${plain(note)}`),
          ),
        ]
      : []),
    ...(ending.length > 0 ? [prose('ending', ending)] : []),
    small(
      'who',
      [decisionLine(run, context), identityLine(run)].filter((line) => line !== '').join('\n'),
    ),
    ...buttonsOf(run),
  ]
  return { text: clip(fallbackText(run), 2_900), blocks }
}

function decisionLine({ state }: Run, { approvers }: CardContext): string {
  if (state.kind !== 'planned') return ''
  const who =
    approvers.length === 0
      ? 'nobody is listed who may approve this: see policy.approve in reagent.yaml'
      : `needs one of ${approvers.slice(0, 10).map(person).join(', ')}`
  return `${who} · expires ${when(state.expiresAt)}`
}

function mrkdwn(id: string, text: string): Block {
  return {
    type: 'section',
    block_id: id,
    text: { type: 'mrkdwn', text: clip(text, SECTION_LIMIT) },
  }
}

function prose(id: string, lines: readonly string[]): Block {
  const text = clip(lines.join('\n'), SECTION_LIMIT)
  return { type: 'section', block_id: id, text: { type: 'plain_text', text, emoji: false } }
}

function small(id: string, text: string): Block {
  return {
    type: 'context',
    block_id: id,
    elements: [{ type: 'mrkdwn', text: clip(text, SECTION_LIMIT) }],
  }
}
