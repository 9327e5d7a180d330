import { createHash } from 'node:crypto'
import type { Operations, Requested } from '../operations/index.ts'
import { asFailure, type Conversation, keyOf, type Person, type Run } from '../recovery/index.ts'
import { note, refusal, renderHelp, renderRuns } from './answers.ts'
import type { Message } from './block.ts'
import { whatBecameOf } from './card/fallback-text.ts'
import { code, person as personText, sentence } from './mrkdwn.ts'
import { type Command, parseCommand } from './parse-command.ts'

/** A slash command as it came, from a person in a conversation. */
export interface TypedCommand {
  readonly text: string
  readonly by: Person
  readonly conversation: Conversation
  /** Differs for each thing that somebody typed, and is the same when one is delivered twice. */
  readonly triggerId: string
}

/**
 * Does what was typed and gives what the person sees at once. Resolves after the request is on disk, or with what went wrong;
 * never rejects, and never waits for Rancher, a cluster or Slack.
 */
export async function answerCommand(typed: TypedCommand, operations: Operations): Promise<Message> {
  const parsed = parseCommand(typed.text)
  if (!parsed.ok) return note(sentence(parsed.why))
  try {
    return await perform(parsed.command, typed, operations)
  } catch (error) {
    const { message, nextStep } = asFailure(error)
    return refusal(message, nextStep)
  }
}

async function perform(
  command: Command,
  { by, conversation, triggerId }: TypedCommand,
  operations: Operations,
): Promise<Message> {
  const asked = { by, conversation }
  switch (command.kind) {
    case 'reagent':
    case 'diagnose': {
      const { cluster } = command
      const goal = command.kind === 'reagent' ? 'reconnect' : 'diagnose'
      const requestId = fingerprint(triggerId)
      return requestedNote(
        cluster,
        await operations.request({ cluster, goal, ...asked, requestId }),
      )
    }
    case 'clusters':
      await operations.ask({ about: 'clusters' }, asked)
      return note('Asking Rancher …')
    case 'status': {
      const { cluster } = command
      await operations.ask(
        cluster === null ? { about: 'clusters' } : { about: 'cluster', cluster },
        asked,
      )
      return note('Asking Rancher …')
    }
    case 'runs':
      return renderRuns(await operations.runs(by, 15))
    case 'cancel':
      return cancelledNote(await operations.cancel(command.run, by))
    case 'help':
      return renderHelp(operations.rightsOf(by))
  }
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
