import { keyOf, type Run, shortDigest } from '../../recovery/index.ts'
import type { Block, Message } from '../block.ts'
import { person, when } from '../mrkdwn.ts'
import { type Line, richText } from '../rich-text.ts'
import { buttonsOf } from './buttons.ts'
import { causeLines } from './cause-lines.ts'
import { changeLines } from './change-lines.ts'
import { fallbackText } from './fallback-text.ts'
import { outcomeLines } from './outcome-lines.ts'
import { stateLine } from './state-line.ts'
import { type CardContext, todoLines } from './todo-lines.ts'
import { whenLines } from './when-lines.ts'

const SHOWN_JOINED = 5

/**
 * The one card of a run, a pure function of it, for somebody with five seconds (the first line), thirty (what happened, what to do), or
 * three minutes (evidence, and the windows behind the buttons). Its kinds of block stay the same for all its life: Slack refuses to edit
 * rich text away.
 */
export function renderCard(run: Run, context: CardContext): Message {
  const reasons = [...part('cause', causeLines(run)), ...part('change', changeLines(run))]
  const outcome = part('outcome', outcomeLines(run))
  const times = part('when', whenLines(run))
  const todo = part('todo', todoLines(run, context))
  return {
    text: fallbackText(run),
    blocks: [
      richText('state', [stateLine(run)]),
      ...(leadsWithOutcome(run)
        ? [...outcome, ...todo, ...reasons, ...times]
        : [...reasons, ...outcome, ...times, ...todo]),
      { type: 'context', block_id: 'who', elements: [{ type: 'mrkdwn', text: identityLine(run) }] },
      ...buttonsOf(run),
    ],
  }
}

/** Before a decision the reasons come first. After it, how things stand; a summary at a good end tells everything in order again. */
function leadsWithOutcome({ state }: Run): boolean {
  switch (state.kind) {
    case 'requested':
    case 'diagnosing':
    case 'diagnosed':
    case 'superseded':
    case 'planned':
    case 'no-action':
    case 'recovered':
      return false
    default:
      return true
  }
}

function part(blockId: string, lines: readonly Line[]): readonly Block[] {
  return lines.length > 0 ? [richText(blockId, lines)] : []
}

/** `r-abc · plan 5e21c0d4 · asked by @oncall at … · approved by @lead`: small print that identifies the run. */
function identityLine(run: Run): string {
  const { state } = run
  const parts = [
    `Run ${run.id}`,
    'plan' in state && state.plan ? `plan ${shortDigest(state.plan.digest)}` : '',
    `asked by ${person(keyOf(run.requestedBy))} at ${when(run.requestedAt)}`,
    joinedWords(run),
    'approval' in state ? `approved by ${person(keyOf(state.approval.approval.by))}` : '',
  ]
  return parts.filter((one) => one !== '').join(' · ')
}

function joinedWords({ joinedBy }: Run): string {
  if (joinedBy.length === 0) return ''
  const rest = joinedBy.length - SHOWN_JOINED
  const names = joinedBy.slice(0, SHOWN_JOINED).map((by) => person(keyOf(by)))
  return `joined by ${names.join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`
}
