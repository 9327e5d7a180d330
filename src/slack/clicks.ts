import type { Operations } from '../operations/index.ts'
import { asFailure, type Person, type Run } from '../recovery/index.ts'
import { note, refusal } from './answers.ts'
import type { Message, ModalView } from './block.ts'
import { ACTION, readApprovalValue } from './card/buttons.ts'
import { whatBecameOf } from './card/fallback-text.ts'
import { requestedNote } from './commands.ts'
import { planWindow, rejectWindow, timelineWindow } from './windows.ts'

/** A pressed button as it came. */
export interface Click {
  readonly actionId: string
  readonly value: string
  readonly by: Person
  readonly channelId: string | null
}

/** What the person sees: a note only for them, a window, or nothing because the card itself changes. */
export type ClickAnswer =
  | { readonly kind: 'note'; readonly message: Message }
  | { readonly kind: 'window'; readonly view: ModalView }
  | { readonly kind: 'card-changes' }

/**
 * Does what was pressed. A decision is on disk when it resolves. A button on an old card says what became of the run; never rejects.
 */
export async function answerClick(click: Click, operations: Operations): Promise<ClickAnswer> {
  try {
    return await perform(click, operations)
  } catch (error) {
    const { message, nextStep, code, facts } = asFailure(error)
    const isOld = code === 'run.over' || code === 'run.not-waiting'
    const run = isOld ? await readable(operations, facts.run ?? '', click.by) : null
    if (run)
      return { kind: 'note', message: note(`That was decided already. ${whatBecameOf(run)}`) }
    return { kind: 'note', message: refusal(message, nextStep) }
  }
}

async function perform(
  { actionId, value, by, channelId }: Click,
  operations: Operations,
): Promise<ClickAnswer> {
  switch (actionId) {
    case ACTION.approve: {
      const { runId, digest } = readApprovalValue(value)
      await operations.approve(runId, digest, by)
      return { kind: 'card-changes' }
    }
    case ACTION.cancel:
      await operations.cancel(value, by)
      return { kind: 'card-changes' }
    case ACTION.reject:
      return { kind: 'window', view: rejectWindow(await operations.run(value, by)) }
    case ACTION.plan:
      return { kind: 'window', view: planWindow(await operations.run(value, by)) }
    case ACTION.timeline:
      return { kind: 'window', view: timelineWindow(await operations.run(value, by)) }
    case ACTION.diagnose: {
      const conversation = channelId === null ? null : { teamId: by.teamId, channelId }
      const asking = {
        cluster: value,
        goal: 'diagnose' as const,
        by,
        conversation,
        requestId: null,
      }
      return { kind: 'note', message: requestedNote(value, await operations.request(asking)) }
    }
    default:
      return {
        kind: 'note',
        message: note('This button is from an older version of Reagent. See `/rancher runs`.'),
      }
  }
}

async function readable(operations: Operations, runId: string, by: Person): Promise<Run | null> {
  // Whoever may not read runs gets the plain refusal.
  return operations.run(runId, by).catch(() => null)
}
