import type { App, RespondFn, webApi } from '@slack/bolt'
import { type Log, type Meter, withLogFields } from '../observe/index.ts'
import type { Operations } from '../operations/index.ts'
import { Failure, type Person } from '../recovery/index.ts'
import { ACTION } from './card/buttons.ts'
import { type AnsweredClick, answerClick, type ClickAnswer, subjectOfClick } from './clicks.ts'
import { answerCommand, type CommandAnswer, subjectOf } from './commands.ts'
import { requireOwnAccount } from './guard-sender.ts'
import { inTime } from './in-time.ts'
import { parseCommand } from './parse-command.ts'
import { createRequestReport, type RequestOutcome } from './report-request.ts'
import { REASON_BLOCK, REJECT_CALLBACK } from './windows.ts'

interface Parts {
  readonly operations: Operations
  readonly log: Log
  readonly meter: Pick<Meter, 'request'>
  readonly teamId: string
}

/** Connects what people do in Slack with the operations. `settle` resolves when everything that was taken is done. */
export function handleRequests(app: App, parts: Parts): { settle(): Promise<void> } {
  const { operations, log, teamId } = parts
  const report = createRequestReport(log, parts.meter)
  const open = new Set<Promise<unknown>>()
  const tracked = <T>(work: Promise<T>): Promise<T> => {
    open.add(work)
    return work.finally(() => open.delete(work))
  }

  app.command(/.*/, async ({ command, ack, context }) => {
    const by = { teamId: command.team_id, userId: command.user_id }
    const parsed = parseCommand(command.text)
    const name = parsed.ok ? parsed.command.kind : 'unknown'
    const answer = () =>
      inTime<CommandAnswer>(
        async () => {
          requireOurs(by, teamId, context)
          const conversation = { teamId: command.team_id, channelId: command.channel_id }
          const typed = { parsed, by, conversation, triggerId: command.trigger_id }
          return answerCommand(typed, operations)
        },
        (noAnswer) => ({ ...subjectOf(parsed), ...noAnswer }),
      )
    const { message, ...told } = await tracked(withLogFields({ command: name }, answer))
    await ack({ response_type: 'ephemeral', text: message.text, blocks: [...message.blocks] })
    report({ kind: 'command', name, by, arrivedAtMs: arrivalOf(context), ...told })
  })

  app.action(/.*/, async ({ body, action, ack, context, client, respond }) => {
    const click = readClick(body, action)
    const { run, cluster } = subjectOfClick(click)
    const name = CLICKS.has(click.actionId) ? click.actionId : 'unknown'
    const answerAndShow = async () => {
      const { answer, ...told } = await inTime<AnsweredClick>(
        async () => {
          requireOurs(click.by, teamId, context)
          if (click.actionId === ACTION.approve) await requireOwnAccount(client, click.by)
          return answerClick(click, operations)
        },
        ({ message, outcome }) => ({ answer: { kind: 'note', message }, outcome, run, cluster }),
      )
      await ack()
      report({ kind: 'click', name, by: click.by, arrivedAtMs: arrivalOf(context), ...told })
      await show({ client, respond }, click, answer, log)
    }
    await tracked(withLogFields({ click: name, ...(run && { run }) }, answerAndShow))
  })

  app.view(REJECT_CALLBACK, async ({ view, body, ack, context }) => {
    const by = { teamId: body.team?.id ?? body.user.team_id ?? '', userId: body.user.id }
    const reason = view.state.values[REASON_BLOCK]?.[REASON_BLOCK]?.value?.trim() ?? ''
    const run = view.private_metadata
    const { refused, ...told } = await tracked(
      inTime<Submitted>(
        async () => {
          requireOurs(by, teamId, context)
          if (reason === '') return NO_REASON
          const { cluster } = await operations.reject(run, by, reason)
          return { refused: null, outcome: 'ok', cluster }
        },
        ({ message, outcome }) => ({
          refused: withoutMentions(message.text),
          outcome,
          cluster: null,
        }),
      ),
    )
    if (refused === null) await ack()
    else await ack({ response_action: 'errors', errors: { [REASON_BLOCK]: refused.slice(0, 150) } })
    report({
      kind: 'click',
      name: REJECT_CALLBACK,
      by,
      run,
      arrivedAtMs: arrivalOf(context),
      ...told,
    })
  })

  return {
    async settle() {
      await Promise.allSettled(open)
    },
  }
}

const CLICKS: ReadonlySet<string> = new Set(Object.values(ACTION))

/** What became of a window that was sent; `refused` is shown in it. */
interface Submitted {
  readonly refused: string | null
  readonly outcome: RequestOutcome
  readonly cluster: string | null
}

const NO_REASON: Submitted = {
  refused: 'Say why: the card shows it to everybody.',
  outcome: 'not-understood',
  cluster: null,
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

/** When a request arrived, by the clock of `performance.now()`; the receiver wrote it down. */
function arrivalOf(context: object): number {
  const arrivedAtMs: unknown = Reflect.get(context, 'arrivedAtMs')
  return typeof arrivedAtMs === 'number' ? arrivedAtMs : performance.now()
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
