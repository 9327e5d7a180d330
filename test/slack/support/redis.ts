import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Redis } from 'ioredis'
import { afterAll } from 'vitest'
import { startPrivateRedis } from '../../../src/store/index.ts'

export interface RedisUnderTest {
  readonly socketPath: string
  readonly isStopped: boolean
  /** Stops answering, with every connection left open, until `wake`. */
  freeze(): void
  wake(): void
  stop(): Promise<void>
}

/** Starts a Redis of its own in a new folder; the folder goes when it stops. */
export async function startRedis(): Promise<RedisUnderTest> {
  const directory = await mkdtemp(join(tmpdir(), 'reagent-test-'))
  const server = await startPrivateRedis(directory, process.env.PATH ?? '')
  const processId = await processIdOf(server.socketPath)
  let isStopped = false
  return {
    socketPath: server.socketPath,
    get isStopped() {
      return isStopped
    },
    freeze: () => void process.kill(processId, 'SIGSTOP'),
    wake: () => void process.kill(processId, 'SIGCONT'),
    async stop() {
      if (isStopped) return
      isStopped = true
      await server.stop()
      await rm(directory, { recursive: true, force: true })
    },
  }
}

async function processIdOf(socketPath: string): Promise<number> {
  const redis = new Redis({ path: socketPath })
  const information = await redis.info('server')
  redis.disconnect()
  const processId = Number(/process_id:(\d+)/.exec(information)?.[1])
  if (!(processId > 1)) throw new Error('Redis does not say which process it is')
  return processId
}

let shared: Promise<RedisUnderTest> | undefined

/** The Redis of this test file; each bot on it keeps its keys under a prefix of its own. */
export function sharedRedis(): Promise<RedisUnderTest> {
  shared ??= startRedis()
  return shared
}

afterAll(async () => {
  await (await shared)?.stop()
})
