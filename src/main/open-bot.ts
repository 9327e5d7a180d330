import { createAnnounceJob } from '../../jobs/announce.ts'
import { createAnswerJob } from '../../jobs/answer.ts'
import { createCatchUpJob } from '../../jobs/catch-up.ts'
import type { ChatParts } from '../../jobs/chat-parts.ts'
import type { Config, SlackConfig } from '../config/index.ts'
import type { Log, Meter, PartState } from '../observe/index.ts'
import type { Operations } from '../operations/index.ts'
import {
  CHAT_QUEUE,
  type ChatJobs,
  type Consumer,
  type Handlers,
  startConsumer,
} from '../queue/index.ts'
import { createSlackApp } from '../slack/index.ts'
import { KEY_PREFIX } from '../store/index.ts'
import type { Store } from './open-store.ts'
import { reportAttempts } from './report-attempt.ts'

// Nobody waits longer than this, and the look itself, for a card that says why nothing happens.
const CATCH_UP_EVERY_MS = 3_000

// Slack takes one message a second in a channel and about fifty edits a minute (reference of its methods), so more at once would only be
// put off by Slack, and keep commands waiting meanwhile.
const MOST_MESSAGES_PER_SECOND = 5

/** The half of Reagent that talks with people. */
export interface BotHalf {
  /** Null in Socket Mode. */
  readonly port: number | null
  readonly consumer: Consumer
  /** Whether people can reach it through Slack now. */
  slackState(): PartState
  stop(graceMs: number): Promise<void>
}

export async function startBot(
  config: Config & { readonly slack: SlackConfig },
  store: Store,
  operations: Operations,
  log: Log,
  meter: Meter,
  clock: () => Date,
): Promise<BotHalf> {
  const { connection, botToken, teamId, apiUrl } = config.slack
  const app = await createSlackApp({
    mode: connection,
    botToken,
    teamId,
    ...(apiUrl === null ? {} : { apiUrl }),
    operations,
    log: log.child({ part: 'slack' }),
    meter,
    clock,
  })
  const { runs, producer } = store
  const { proof } = config
  const parts: ChatParts = { runs, producer, chat: app.chat, operations, proof, clock, log, meter }
  const handlers: Handlers<ChatJobs> = {
    announce: createAnnounceJob(parts),
    answer: createAnswerJob(parts),
    'catch-up': createCatchUpJob(parts),
  }
  // What can fail comes first, so that a bot that does not start leaves nothing running.
  await producer.catchUpEvery(CATCH_UP_EVERY_MS)
  const { port } = await app.start()
  const consumer = startConsumer(handlers, {
    redis: store.connectConsumer(),
    prefix: KEY_PREFIX,
    queue: CHAT_QUEUE,
    concurrency: config.queue.concurrency,
    lockMs: config.queue.lockMs,
    mostPerSecond: MOST_MESSAGES_PER_SECOND,
    ...reportAttempts(log, meter),
  })
  return {
    port,
    consumer,
    slackState: () => app.state(),
    async stop(graceMs) {
      await app.stop()
      await consumer.close(graceMs)
    },
  }
}
