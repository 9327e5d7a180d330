import type { Redis } from 'ioredis'
import type { Config } from '../config/index.ts'
import type { Log } from '../observe/index.ts'
import { createProducer, type Producer } from '../queue/index.ts'
import {
  addressIn,
  connectPatiently,
  connectPromptly,
  createLeaseStore,
  createRunStore,
  KEY_PREFIX,
  type LeaseStore,
  loadScripts,
  type RedisAddress,
  type RunStore,
  requireFit,
  runningSocket,
  startPrivateRedis,
  untilConnected,
} from '../store/index.ts'

/** Redis with everything that is kept in it, shared by bot, worker and terminal of one process. */
export interface Store {
  readonly runs: RunStore
  readonly leases: LeaseStore
  readonly producer: Producer
  readonly redis: Redis
  /** Another connection for a consumer, which waits for Redis for as long as it takes. Closed with the store. */
  connectConsumer(): Redis
  /** Resolves when the private Redis ended on its own. Never, with a Redis that is not ours. */
  readonly lost: Promise<void>
  close(): Promise<void>
}

const CONNECT_LIMIT_MS = 10_000

/**
 * Connects to `REDIS_URL`, or to the private Redis of the data directory: started here, or the one that a running Reagent has
 * when `join` is set (for a terminal beside a running service).
 */
export async function openStore(config: Config, log: Log, join: boolean): Promise<Store> {
  const server = await findServer(config, join)
  const { address } = server
  const warn = (error: Error) => log.warn({ error }, 'Redis connection')
  const redis = connectPromptly(address, warn)
  const consumers: Redis[] = []
  await untilConnected(redis, CONNECT_LIMIT_MS)
  await requireFit(redis, address)
  await loadScripts(redis)
  const producer = createProducer(redis, KEY_PREFIX)
  return {
    runs: createRunStore(redis, KEY_PREFIX),
    leases: createLeaseStore(redis, KEY_PREFIX),
    producer,
    redis,
    connectConsumer() {
      const consumer = connectPatiently(address, warn)
      consumers.push(consumer)
      return consumer
    },
    lost: server.ended,
    async close() {
      await producer.close()
      for (const connection of [...consumers, redis]) connection.disconnect()
      await server.stop()
    },
  }
}

interface Server {
  readonly address: RedisAddress
  readonly ended: Promise<void>
  stop(): Promise<void>
}

async function findServer(config: Config, join: boolean): Promise<Server> {
  const ours: Pick<Server, 'ended' | 'stop'> = {
    ended: new Promise<void>(() => undefined),
    stop: async () => undefined,
  }
  if (config.redisUrl !== null) return { ...ours, address: addressIn(config.redisUrl) }
  const running = join ? await runningSocket(config.dataDirectory) : null
  if (running !== null) return { ...ours, address: { kind: 'socket', path: running } }
  const server = await startPrivateRedis(config.dataDirectory, config.path)
  return {
    address: { kind: 'socket', path: server.socketPath },
    ended: server.ended,
    stop: () => server.stop(),
  }
}
