import { generateKeyPairSync } from 'node:crypto'
import { onTestFinished } from 'vitest'
import { createAnnounceJob } from '../../../jobs/announce.ts'
import { createAnswerJob } from '../../../jobs/answer.ts'
import {
  cardText,
  type LabMessage,
  type LabSlack,
  type LabSlackOptions,
  startSlack,
} from '../../../lab/slack/index.ts'
import { Secret, silentMeter } from '../../../src/observe/index.ts'
import {
  createChangeRun,
  createOperations,
  type Operations,
  type Wish,
} from '../../../src/operations/index.ts'
import {
  CHAT_QUEUE,
  type ChatJobs,
  createProducer,
  type Producer,
  startConsumer,
} from '../../../src/queue/index.ts'
import type { Person, Policy, Run } from '../../../src/recovery/index.ts'
import { createSlackApp } from '../../../src/slack/index.ts'
import {
  connectPatiently,
  connectPromptly,
  createRunStore,
  loadScripts,
  type RunStore,
  untilConnected,
} from '../../../src/store/index.ts'
import { keepLog, type LogUnderTest } from './log.ts'
import { type RedisUnderTest, sharedRedis } from './redis.ts'

export type Mode = 'http' | 'socket'
export const MODES: readonly Mode[] = ['http', 'socket']

/** How long anything may take that people wait for. */
export const PATIENCE_MS = 4_000

export interface BotOptions {
  readonly mode?: Mode
  readonly slack?: LabSlackOptions
  /** A Redis that the test may stop; default: the one of this file. */
  readonly redis?: RedisUnderTest
  readonly requesters?: readonly string[]
  readonly approvers?: readonly string[]
}

/** A bot in this process, between a lab's Slack and a real Redis. Nothing plays the worker: `bring` does what one would. */
export interface BotUnderTest {
  readonly slack: LabSlack
  readonly runs: RunStore
  readonly operations: Operations
  readonly producer: Producer
  readonly log: LogUnderTest
  readonly redis: { readonly socketPath: string; readonly prefix: string }
  personOf(name: string): Person
  /** Types a request and gives the run that is on disk then. */
  ask(cluster?: string, by?: string): Promise<Run>
  /** Does what workers do to a run, step by step. */
  bring(run: Run, ...wishes: readonly Wish[]): Promise<Run>
  /** The card in the channel that says this, once it does. */
  cardSaying(words: string): Promise<LabMessage>
  /** What only this person sees that says this, once it does. */
  noteSaying(words: string, person: string): Promise<LabMessage>
  load(run: Run): Promise<Run>
  /** Names of all keys that hold something of a run or a job. */
  keysOnDisk(): Promise<readonly string[]>
  /** Sets the bot's clock forward. */
  passTime(byMs: number): void
  /** Stops listening; what was taken before is done when it resolves. */
  stop(): Promise<void>
}

/** Besides Slack's own three: somebody else who may approve, somebody who may nothing, and accounts that must not decide. */
const PEOPLE: LabSlackOptions['people'] = [
  { name: 'deputy' },
  { name: 'stranger' },
  { name: 'leaver', deleted: true },
  { name: 'partner', teamId: 'T0PARTNER' },
  { name: 'robot', isBot: true },
]

let bots = 0

/** Starts a Slack and a bot in front of it; both end with the test. */
export async function openBot(options: BotOptions = {}): Promise<BotUnderTest> {
  const { mode = 'http' } = options
  const closing: (() => Promise<unknown> | unknown)[] = []
  onTestFinished(async () => {
    for (const close of closing.toReversed()) await close()
  })
  const slack = await startSlack({
    ...options.slack,
    people: [...(PEOPLE ?? []), ...(options.slack?.people ?? [])],
  })
  closing.push(() => slack.close())

  const server = options.redis ?? (await sharedRedis())
  const { socketPath } = server
  bots += 1
  const prefix = `{test-${bots}}`
  const log = keepLog()
  const address = { kind: 'socket', path: socketPath } as const
  const redis = connectPromptly(address, () => undefined)
  closing.push(() => redis.disconnect())
  await untilConnected(redis, PATIENCE_MS)
  await loadScripts(redis)
  const producer = createProducer(redis, prefix)
  closing.push(() => (server.isStopped ? undefined : producer.close()))

  let aheadMs = 0
  let runsAsked = 0
  const clock = () => new Date(Date.now() + aheadMs)
  const runs = createRunStore(redis, prefix)
  const { privateKey } = generateKeyPairSync('ed25519')
  const keysOf = (names: readonly string[]) =>
    new Set(names.map((name) => `${slack.teamId}/${slack.person(name).id}`))
  const policy: Policy = {
    request: keysOf(options.requesters ?? ['oncall']),
    approve: keysOf(options.approvers ?? ['lead', 'deputy']),
    approveAlone: new Set(),
  }
  const parts = { runs, producer, policy, clock, signingKey: privateKey, log }
  const operations = createOperations({
    ...parts,
    newRunId: () => `r-${++runsAsked}`,
  })
  const change = createChangeRun(parts)

  const app = await createSlackApp({
    mode:
      mode === 'http'
        ? { kind: 'http', signingSecret: new Secret(slack.signingSecret), port: 0 }
        : { kind: 'socket', appToken: new Secret(slack.appToken) },
    botToken: new Secret(slack.botToken),
    teamId: slack.teamId,
    apiUrl: slack.apiUrl,
    operations,
    log,
    meter: silentMeter,
    clock,
  })
  const proof = { stableForMs: 60_000, giveUpAfterMs: 600_000 }
  const chatParts = { ...parts, operations, proof, chat: app.chat, meter: silentMeter }
  const connection = connectPatiently(address, () => undefined)
  closing.push(() => connection.disconnect())
  const consumer = startConsumer<Pick<ChatJobs, 'announce' | 'answer'>>(
    { announce: createAnnounceJob(chatParts), answer: createAnswerJob(chatParts) },
    {
      redis: connection,
      prefix,
      queue: CHAT_QUEUE,
      concurrency: 8,
      lockMs: 5_000,
      onError: (_error, job) => log.error({}, `job ${job.name} failed`),
    },
  )
  // Without Redis the queue cannot be left in good order.
  closing.push(() => (server.isStopped ? undefined : consumer.close(1_000)))
  const { port } = await app.start()
  let stopped: Promise<void> | undefined
  const stop = () => {
    stopped ??= app.stop()
    return stopped
  }
  closing.push(stop)
  if (port !== null) slack.connectTo(`http://127.0.0.1:${port}/slack/events`)

  const load = async ({ id }: Run) => {
    const run = await runs.load(id)
    if (!run) throw new Error(`run ${id} is not on disk`)
    return run
  }
  return {
    slack,
    runs,
    operations,
    producer,
    log,
    redis: { socketPath, prefix },
    load,
    // The queue's own records of its settings say nothing about anybody.
    keysOnDisk: async () =>
      (await redis.keys(`${prefix}*`)).filter((key) => !/:(meta|stalled-check)$/.test(key)),
    stop,
    personOf: (name) => ({ teamId: slack.teamId, userId: slack.person(name).id }),
    async ask(cluster = 'myk8s', by = 'oncall') {
      const said = await slack.say(by, `/rancher reagent ${cluster}`)
      const run = await runs.load(`r-${runsAsked}`)
      if (!run) throw new Error(`no run was taken: ${said.body}`)
      return run
    },
    async bring(run, ...wishes) {
      let next = run
      for (const wish of wishes) next = await change(run.id, () => wish)
      return next
    },
    cardSaying: (words) =>
      slack.waitFor(
        () => slack.messages().find((card) => cardText(card).includes(words)),
        PATIENCE_MS,
      ),
    noteSaying: (words, person) =>
      slack.waitFor(
        () => slack.ephemerals(person).find((note) => cardText(note).includes(words)),
        PATIENCE_MS,
      ),
    passTime(byMs) {
      aheadMs += byMs
    },
  }
}
