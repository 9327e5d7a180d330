import type { App, RespondFn, webApi } from '@slack/bolt'
import type { Log } from '../observe/index.ts'
import type { Operations } from '../operations/index.ts'
import { asFailure, Failure, type Person } from '../recovery/index.ts'
import { note, refusal } from './answers.ts'
import type { Message } from './block.ts'
import { ACTION } from './card/buttons.ts'
import { answerClick, type ClickAnswer } from './clicks.ts'
import { answerCommand } from './commands.ts'
import { requireOwnAccount } from './guard-sender.ts'
import { REASON_BLOCK, REJECT_CALLBACK } from './windows.ts'

interface Parts {
  readonly operations: Operations
  readonly log: Log
  readonly teamId: string
}

// Slack shows an error of its own after 3 s; ours says what happened and what to do.
const ANSWER_LIMIT_MS = 2_500

/** Connects what people do in Slack with the operations. `settle` resolves when everything that was taken is done. */
export function handleRequests(app: App, parts: Parts): { settle(): Promise<void> } {
  const { operations, log, teamId } = parts
  const open = new Set<Promise<unknown>>()
  const tracked = <T>(work: Promise<T>): Promise<T> => {
    open.add(work)
    return work.finally(() => open.delete(work))
  }

  app.command(/.*/, async ({ command, ack, context }) => {
    const by = { teamId: command.team_id, userId: command.user_id }
    const answer = await tracked(
      inTime(async () => {
        requireOurs(by, teamId, context)
        return answerCommand(
          {
            text: command.text,
            by,
            conversation: { teamId: command.team_id, channelId: command.channel_id },
            triggerId: command.trigger_id,
          },
          operations,
        )
      }),
    )
    await ack({ response_type: 'ephemeral', text: answer.text, blocks: [...answer.blocks] })
  })

  app.action(/.*/, async ({ body, action, ack, context, client, respond }) => {
    await tracked(
      (async () => {
        const click = readClick(body, action)
        const answered = inTimeOr<ClickAnswer>(
          async () => {
            requireOurs(click.by, teamId, context)
            if (click.actionId === ACTION.approve) await requireOwnAccount(client, click.by)
            return answerClick(click, operations)
          },
          (message) => ({ kind: 'note', message }),
        )
        const answer = await answered
        await ack()
        await show({ client, respond }, click, answer, log)
      })(),
    )
  })

  app.view(REJECT_CALLBACK, async ({ view, body, ack, context }) => {
    const by = { teamId: body.team?.id ?? body.user.team_id ?? '', userId: body.user.id }
    const reason = view.state.values[REASON_BLOCK]?.[REASON_BLOCK]?.value?.trim() ?? ''
    const refused = await tracked(
      inTimeOr<string | null>(
        async () => {
          requireOurs(by, teamId, context)
          if (reason === '') return 'Say why: the card shows it to everybody.'
          await operations.reject(view.private_metadata, by, reason)
          return null
        },
        (message) => withoutMentions(message.text),
      ),
    )
    if (refused === null) await ack()
    else await ack({ response_action: 'errors', errors: { [REASON_BLOCK]: refused.slice(0, 150) } })
  })

  return {
    async settle() {
      await Promise.allSettled(open)
    },
  }
}

/** Errors in a window are plain text, in which a mention is no more than an id. */
function withoutMentions(text: string): string {
  const lines = text.split('\n')
  return lines.filter((line) => !line.includes('<@')).join(' ')
}

interface ReadClick {
  readonly actionId: string
  readonly value: string
  readonly by: Person
  readonly channelId: string | null
  readonly triggerId: string | null
}

function readClick(body: unknown, action: unknown): ReadClick {
  const at = (value: unknown, ...path: readonly string[]): string => {
    const found = path.reduce<unknown>(
      (inner, key) =>
        inner !== null && typeof inner === 'object' ? Reflect.get(inner, key) : undefined,
      value,
    )
    return typeof found === 'string' ? found : ''
  }
  return {
    actionId: at(action, 'action_id'),
    value: at(action, 'value'),
    by: {
      teamId: at(body, 'team', 'id') || at(body, 'user', 'team_id'),
      userId: at(body, 'user', 'id'),
    },
    channelId: at(body, 'channel', 'id') || null,
    triggerId: at(body, 'trigger_id') || null,
  }
}

/** People of other workspaces can press buttons in shared channels; only ours are listed in the policy. */
function requireOurs(by: Person, teamId: string, context: object): void {
  if (Reflect.get(context, 'isFromFuture') === true) throw new Failure('run.replayed')
  if (by.teamId !== teamId) throw new Failure('policy.may-not-request')
}

async function show(
  { client, respond }: { readonly client: webApi.WebClient; readonly respond: RespondFn },
  { by, channelId, triggerId }: ReadClick,
  answer: ClickAnswer,
  log: Log,
): Promise<void> {
  try {
    if (answer.kind === 'window' && triggerId) {
      await client.views.open({ trigger_id: triggerId, view: answer.view })
    } else if (answer.kind === 'note' && channelId) {
      const { text, blocks } = answer.message
      const shown = { text, blocks: [...blocks] }
      await client.chat
        .postEphemeral({ channel: channelId, user: by.userId, ...shown })
        // The click's own address has limits of its own, and works where the bot is no member.
        .catch(() => respond({ response_type: 'ephemeral', replace_original: false, ...shown }))
    }
  } catch (error) {
    log.warn({ error, user: by.userId }, 'an answer to a click could not be shown')
  }
}

function inTime(work: () => Promise<Message>): Promise<Message> {
  return inTimeOr(work, (message) => message)
}

/** The answer, or what to say when there is none in time or something went wrong. */
async function inTimeOr<T>(work: () => Promise<T>, instead: (message: Message) => T): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<T>((done) => {
    timer = setTimeout(() => done(instead(TOO_LATE)), ANSWER_LIMIT_MS)
  })
  try {
    return await Promise.race([work(), late])
  } catch (error) {
    const { message, nextStep } = asFailure(error)
    return instead(refusal(message, nextStep))
  } finally {
    clearTimeout(timer)
  }
}

const TOO_LATE = note(
  'It is not certain that this was taken: writing it down took too long. See `/rancher runs` before you try again.',
)
