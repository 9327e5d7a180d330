import { createHash } from 'node:crypto'
import type { Operations, Requested } from '../operations/index.ts'
import { asFailure, type Conversation, keyOf, type Person, type Run } from '../recovery/index.ts'
import { note, refusal, renderHelp, renderRuns } from './answers.ts'
import type { Message } from './block.ts'
import { whatBecameOf } from './card/fallback-text.ts'
import { renderExplained } from './explained.ts'
import { code, person as personText, sentence } from './mrkdwn.ts'
import type { Command, ParsedCommand } from './parse-command.ts'
import type { RequestOutcome, Subject } from './report-request.ts'

/** A slash command that was read, from a person in a conversation. */
export interface TypedCommand {
  readonly parsed: ParsedCommand
  readonly by: Person
  readonly conversation: Conversation
  /** Differs for each thing that somebody typed, and is the same when one is delivered twice. */
  readonly triggerId: string
}

/** What the person sees, and what the log is to say. */
export interface CommandAnswer extends Subject {
  readonly message: Message
  readonly outcome: RequestOutcome
}

/**
 * Does what was typed and gives what the person sees at once. Resolves after the request is on disk, or with what went wrong;
 * never rejects, and never waits for Rancher, a cluster or Slack.
 */
export async function answerCommand(
  typed: TypedCommand,
  operations: Operations,
): Promise<CommandAnswer> {
  const { parsed } = typed
  const subject = subjectOf(parsed)
  if (!parsed.ok) {
    return { ...subject, message: note(sentence(parsed.why)), outcome: 'not-understood' }
  }
  try {
    return { ...subject, outcome: 'ok', ...(await perform(parsed.command, typed, operations)) }
  } catch (error) {
    const { code, message, nextStep } = asFailure(error)
    return { ...subject, message: refusal(message, nextStep), outcome: code }
  }
}

/** What a command is about, as far as what was typed says it. */
export function subjectOf(parsed: ParsedCommand): Subject {
  if (!parsed.ok) return { run: null, cluster: null }
  const { command } = parsed
  return {
    run: 'run' in command ? command.run : null,
    cluster: 'cluster' in command ? command.cluster : null,
  }
}

type Performed = Pick<CommandAnswer, 'message'> & Partial<Subject>

async function perform(
  command: Command,
  { by, conversation, triggerId }: TypedCommand,
  operations: Operations,
): Promise<Performed> {
  const asked = { by, conversation }
  switch (command.kind) {
    case 'reagent':
    case 'diagnose': {
      const { cluster } = command
      const goal = command.kind === 'reagent' ? 'reconnect' : 'diagnose'
      const requestId = fingerprint(triggerId)
      const requested = await operations.request({ cluster, goal, ...asked, requestId })
      return { message: requestedNote(cluster, requested), run: idOf(requested) }
    }
    case 'clusters':
      await operations.ask({ about: 'clusters' }, asked)
      return { message: note('Asking Rancher …') }
    case 'status': {
      const { cluster } = command
      await operations.ask(
        cluster === null ? { about: 'clusters' } : { about: 'cluster', cluster },
        asked,
      )
      return { message: note('Asking Rancher …') }
    }
    case 'explain':
      return { message: renderExplained(await operations.explain(command.pasted, asked)) }
    case 'runs':
      return { message: renderRuns(await operations.runs(by, 15)) }
    case 'cancel': {
      const run = await operations.cancel(command.run, by)
      return { message: cancelledNote(run), cluster: run.cluster }
    }
    case 'help':
      return { message: renderHelp(operations.rightsOf(by)) }
  }
}

export function idOf(requested: Requested): string {
  return requested.kind === 'started' ? requested.runId : requested.run.id
}

/** What a person sees who asked for a run. */
export function requestedNote(cluster: string, requested: Requested): Message {
  if (requested.kind === 'started') {
    return note(
      `Taken: run ${requested.runId} for ${code(cluster)}. The card follows in this channel.`,
    )
  }
  const { run } = requested
  const by = personText(keyOf(run.requestedBy))
  return note(
    `${by} has asked for ${code(cluster)} already, so nothing new was started: you are part of run ${run.id} now.\n${whatBecameOf(run)}`,
  )
}

function cancelledNote(run: Run): Message {
  return note(`Run ${run.id} is cancelled. Nothing was written.`)
}

/** Trigger ids open windows in Slack, so they are not kept as they are. */
function fingerprint(triggerId: string): string {
  return createHash('sha256').update(triggerId).digest('hex').slice(0, 32)
}
