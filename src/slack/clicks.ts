import type { Operations } from '../operations/index.ts'
import { asFailure, type Person, type Run } from '../recovery/index.ts'
import { note, refusal } from './answers.ts'
import type { Message, ModalView } from './block.ts'
import { ACTION, readApprovalValue } from './card/buttons.ts'
import { whatBecameOf } from './card/fallback-text.ts'
import { idOf, requestedNote } from './commands.ts'
import type { RequestOutcome, Subject } from './report-request.ts'
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

/** What the person sees, and what the log is to say. */
export interface AnsweredClick extends Subject {
  readonly answer: ClickAnswer
  readonly outcome: RequestOutcome
}

/**
 * Does what was pressed. A decision is on disk when it resolves. A button on an old card says what became of the run; never rejects.
 */
export async function answerClick(click: Click, operations: Operations): Promise<AnsweredClick> {
  const subject = subjectOfClick(click)
  try {
    return { ...subject, outcome: 'ok', ...(await perform(click, operations)) }
  } catch (error) {
    const { message, nextStep, code, facts } = asFailure(error)
    const isOld = code === 'run.over' || code === 'run.not-waiting'
    const run = isOld ? await readable(operations, facts.run ?? '', click.by) : null
    const said = run
      ? note(`That was decided already. ${whatBecameOf(run)}`)
      : refusal(message, nextStep)
    const cluster = run?.cluster ?? subject.cluster
    return { ...subject, cluster, outcome: code, answer: { kind: 'note', message: said } }
  }
}

/** What a button is about, as far as the button itself says it. */
export function subjectOfClick({ actionId, value }: Pick<Click, 'actionId' | 'value'>): Subject {
  switch (actionId) {
    case ACTION.diagnose:
      return { run: null, cluster: value }
    case ACTION.approve:
      return { run: readApprovalValue(value).runId, cluster: null }
    case ACTION.cancel:
    case ACTION.reject:
    case ACTION.plan:
    case ACTION.timeline:
      return { run: value, cluster: null }
    default:
      return { run: null, cluster: null }
  }
}

type Performed = Pick<AnsweredClick, 'answer'> & Partial<Subject>

async function perform(
  { actionId, value, by, channelId }: Click,
  operations: Operations,
): Promise<Performed> {
  const window = async (viewOf: (run: Run) => ModalView): Promise<Performed> => {
    const run = await operations.run(value, by)
    return { answer: { kind: 'window', view: viewOf(run) }, cluster: run.cluster }
  }
  switch (actionId) {
    case ACTION.approve: {
      const { runId, digest } = readApprovalValue(value)
      const { cluster } = await operations.approve(runId, digest, by)
      return { answer: { kind: 'card-changes' }, cluster }
    }
    case ACTION.cancel: {
      const { cluster } = await operations.cancel(value, by)
      return { answer: { kind: 'card-changes' }, cluster }
    }
    case ACTION.reject:
      return window(rejectWindow)
    case ACTION.plan:
      return window(planWindow)
    case ACTION.timeline:
      return window(timelineWindow)
    case ACTION.diagnose: {
      const conversation = channelId === null ? null : { teamId: by.teamId, channelId }
      const asking = {
        cluster: value,
        goal: 'diagnose' as const,
        by,
        conversation,
        requestId: null,
      }
      const requested = await operations.request(asking)
      const message = requestedNote(value, requested)
      return { answer: { kind: 'note', message }, run: idOf(requested) }
    }
    default: {
      const message = note('This button is from an older version of Reagent. See `/rancher runs`.')
      return { answer: { kind: 'note', message } }
    }
  }
}

async function readable(operations: Operations, runId: string, by: Person): Promise<Run | null> {
  // Whoever may not read runs gets the plain refusal.
  return operations.run(runId, by).catch(() => null)
}
