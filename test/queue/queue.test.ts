import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Redis } from 'ioredis'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import {
  again,
  CHAT_QUEUE,
  type ChatJobs,
  type Consumer,
  createProducer,
  done,
  type Handlers,
  type Producer,
  startConsumer,
} from '../../src/queue/index.ts'
import { connectPromptly, type PrivateRedis, startPrivateRedis } from '../../src/store/index.ts'

let directory = ''
let server: PrivateRedis
let redis: Redis
let producer: Producer
let prefix = ''
let count = 0

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'reagent-test-'))
  server = await startPrivateRedis(directory, process.env.PATH ?? '')
  redis = new Redis({ path: server.socketPath })
})
afterAll(async () => {
  redis.disconnect()
  await server.stop()
  await rm(directory, { recursive: true, force: true })
})
beforeEach(() => {
  count += 1
  prefix = `{test-${count}}`
  producer = createProducer(redis, prefix)
})

type Announce = Handlers<ChatJobs>['announce']

const onError = () => undefined

function consume(announce: Announce): { consumer: Consumer; connection: Redis } {
  const connection = new Redis({ path: server.socketPath, maxRetriesPerRequest: null })
  const consumer = startConsumer<ChatJobs>(
    { announce, answer: async () => done, 'catch-up': async () => done },
    {
      redis: connection,
      prefix,
      queue: CHAT_QUEUE,
      concurrency: 4,
      lockMs: 1_000,
      onError,
    },
  )
  return { consumer, connection }
}

async function stop({ consumer, connection }: ReturnType<typeof consume>): Promise<void> {
  await consumer.close(1_000)
  connection.disconnect()
  await producer.close()
}

describe('the queue', () => {
  it('makes many requests to redraw a waiting card into one', async () => {
    for (let i = 0; i < 20; i += 1) await producer.redraw({ id: 'r-1', cluster: 'myk8s' })
    const seen: string[] = []
    const finished = Promise.withResolvers<void>()
    const running = consume(async ({ run }) => {
      seen.push(run)
      if (run === 'r-last') finished.resolve()
      return done
    })
    await producer.redraw({ id: 'r-last', cluster: 'myk8s' })
    await finished.promise
    expect(seen).toEqual(['r-1', 'r-last'])
    await stop(running)
  })

  it('draws once more when a card changed while it was being drawn', async () => {
    const started = Promise.withResolvers<void>()
    const release = Promise.withResolvers<void>()
    const twice = Promise.withResolvers<void>()
    let runs = 0
    const running = consume(async () => {
      runs += 1
      if (runs === 2) twice.resolve()
      started.resolve()
      await release.promise
      return done
    })
    await producer.redraw({ id: 'r-1', cluster: 'myk8s' })
    await started.promise
    await Promise.all([
      producer.redraw({ id: 'r-1', cluster: 'myk8s' }),
      producer.redraw({ id: 'r-1', cluster: 'myk8s' }),
      producer.redraw({ id: 'r-1', cluster: 'myk8s' }),
    ])
    release.resolve()
    await twice.promise
    await stop(running)
    expect(runs).toBe(2)
  })

  it('runs a job again after the time that it asked for', async () => {
    const finished = Promise.withResolvers<number>()
    const started = performance.now()
    let runs = 0
    const running = consume(async () => {
      runs += 1
      if (runs === 1) return again(200)
      finished.resolve(performance.now() - started)
      return done
    })
    await producer.redraw({ id: 'r-1', cluster: 'myk8s' })
    expect(await finished.promise).toBeGreaterThanOrEqual(190)
    await stop(running)
  })

  it('tries a job again that ended with an error', async () => {
    const finished = Promise.withResolvers<void>()
    let runs = 0
    const running = consume(async () => {
      runs += 1
      if (runs === 1) throw new Error('unexpected')
      finished.resolve()
      return done
    })
    await producer.redraw({ id: 'r-1', cluster: 'myk8s' })
    await finished.promise
    await stop(running)
    expect(runs).toBe(2)
  })

  it('lets a job end that is under way when it is asked to stop', async () => {
    const started = Promise.withResolvers<void>()
    const release = Promise.withResolvers<void>()
    let ended = false
    const running = consume(async (_data, { signal }) => {
      started.resolve()
      await release.promise
      ended = !signal.aborted
      return done
    })
    await producer.redraw({ id: 'r-1', cluster: 'myk8s' })
    await started.promise
    const closed = running.consumer.close(5_000)
    release.resolve()
    await closed
    expect(ended).toBe(true)
    running.connection.disconnect()
    await producer.close()
  })

  it('stops although Redis has gone', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'reagent-test-'))
    const gone = await startPrivateRedis(folder, process.env.PATH ?? '')
    const connection = new Redis({ path: gone.socketPath, maxRetriesPerRequest: null })
    connection.on('error', () => undefined)
    const handlers = { announce: async () => done, answer: async () => done }
    const consumer = startConsumer<ChatJobs>(
      { ...handlers, 'catch-up': async () => done },
      { redis: connection, prefix, queue: CHAT_QUEUE, concurrency: 1, lockMs: 1_000, onError },
    )
    await gone.stop()
    const began = performance.now()
    await consumer.close(200)
    expect(performance.now() - began).toBeLessThan(3_000)
    connection.disconnect()
    await rm(folder, { recursive: true, force: true })
    await producer.close()
  })

  it('stops within its limit although a job does not end', async () => {
    const started = Promise.withResolvers<void>()
    const running = consume(async () => {
      started.resolve()
      return new Promise(() => undefined)
    })
    await producer.redraw({ id: 'r-1', cluster: 'myk8s' })
    await started.promise
    const began = performance.now()
    await running.consumer.close(200)
    expect(performance.now() - began).toBeLessThan(2_000)
    running.connection.disconnect()
    await producer.close()
  })

  it('says how much stands on it, and for how long the oldest job has been due that nobody has begun', async () => {
    const began = Date.now()
    await producer.redraw({ id: 'r-1', cluster: 'myk8s' })
    await producer.redraw({ id: 'r-2', cluster: 'myk8s' })
    await producer.catchUpEvery(60_000)
    const [work, chat] = await producer.queues(Date.now() + 5_000)
    expect(work).toEqual({
      queue: 'work',
      jobs: { waiting: 0, active: 0, delayed: 0 },
      oldestWaitingMs: 0,
    })
    expect(chat?.jobs).toMatchObject({ active: 0 })
    expect((chat?.jobs.waiting ?? 0) + (chat?.jobs.delayed ?? 0)).toBe(3)
    expect(chat?.oldestWaitingMs).toBeGreaterThanOrEqual(5_000)
    expect(chat?.oldestWaitingMs).toBeLessThanOrEqual(Date.now() - began + 5_000)
    await producer.close()
  })

  it('refuses a request at once when Redis is away', async () => {
    const nowhere = connectPromptly(
      { kind: 'socket', path: join(directory, 'nowhere.sock') },
      () => undefined,
    )
    const lost = createProducer(nowhere, prefix)
    const began = performance.now()
    await expect(lost.begin({ id: 'r-1', cluster: 'myk8s' })).rejects.toMatchObject({
      code: 'store.unavailable',
    })
    expect(performance.now() - began).toBeLessThan(2_500)
    nowhere.disconnect()
  })
})
