import { Redis } from 'ioredis'
import { Failure } from '../recovery/index.ts'

/** Where Redis is: a URL (`redis://`, `rediss://`), or the unix socket of the private server. */
export type RedisAddress =
  | { readonly kind: 'url'; readonly url: string }
  | { readonly kind: 'socket'; readonly path: string }

/** The address that a `REDIS_URL` names. */
export function addressIn(url: string): RedisAddress {
  return url.startsWith('unix://')
    ? { kind: 'socket', path: url.slice('unix://'.length) }
    : { kind: 'url', url }
}

/** Slack waits three seconds for an acknowledgement, so a request that is not on disk by then has failed. */
const PROMPT_LIMIT_MS = 2_000

/**
 * A connection whose commands fail at once when Redis is away, for everything that a person waits for.
 * Connects on its own, again and again; the caller closes it.
 */
export function connectPromptly(address: RedisAddress, onError: (error: Error) => void): Redis {
  return open(address, onError, {
    enableOfflineQueue: false,
    maxRetriesPerRequest: 1,
    commandTimeout: PROMPT_LIMIT_MS,
  })
}

/** A connection for BullMQ's workers, which wait for Redis for as long as it takes. */
export function connectPatiently(address: RedisAddress, onError: (error: Error) => void): Redis {
  return open(address, onError, { enableOfflineQueue: true, maxRetriesPerRequest: null })
}

/** Resolves when the connection is usable; fails with `store.unavailable` after the limit. */
export async function untilConnected(redis: Redis, limitMs: number): Promise<void> {
  if (redis.status === 'ready') return
  await new Promise<void>((done, fail) => {
    const timer = setTimeout(() => {
      redis.off('ready', ready)
      fail(new Failure('store.unavailable'))
    }, limitMs)
    const ready = () => {
      clearTimeout(timer)
      done()
    }
    redis.once('ready', ready)
  })
}

/**
 * Fails with `store.redis-unfit` when the server would forget runs: an eviction policy, or no append-only file.
 * A server that does not let its settings be read (a managed one) passes.
 */
export async function requireFit(redis: Redis, address: RedisAddress): Promise<void> {
  const name = address.kind === 'url' ? hostOf(address.url) : address.path
  const policy = await setting(redis, 'maxmemory-policy')
  if (policy !== null && policy !== 'noeviction') {
    throw new Failure('store.redis-unfit', {
      address: name,
      reason: `maxmemory-policy is ${policy}`,
    })
  }
  if ((await setting(redis, 'appendonly')) === 'no') {
    throw new Failure('store.redis-unfit', { address: name, reason: 'appendonly is no' })
  }
}

async function setting(redis: Redis, name: string): Promise<string | null> {
  try {
    const reply: unknown = await redis.config('GET', name)
    return Array.isArray(reply) && reply.length > 1 ? String(reply[1]) : null
  } catch {
    // Managed servers refuse CONFIG; their operators answer for the settings.
    return null
  }
}

interface Limits {
  readonly enableOfflineQueue: boolean
  readonly maxRetriesPerRequest: number | null
  readonly commandTimeout?: number
}

function open(address: RedisAddress, onError: (error: Error) => void, options: Limits): Redis {
  const redis =
    address.kind === 'url'
      ? new Redis(address.url, options)
      : new Redis({ ...options, path: address.path })
  redis.on('error', onError)
  return redis
}

/** Host and port without the password that the URL may hold. */
export function hostOf(url: string): string {
  return URL.canParse(url) ? new URL(url).host : 'REDIS_URL'
}
