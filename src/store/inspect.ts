import { Redis } from 'ioredis'
import { Failure } from '../recovery/index.ts'
import { hostOf, type RedisAddress } from './connect.ts'
import { USED_COMMANDS } from './used-commands.ts'

/** What a Redis says about itself. Settings are null where the server does not let them be read, as managed ones do not. */
export interface RedisFacts {
  readonly address: string
  readonly version: string
  readonly maxmemoryPolicy: string | null
  readonly appendonly: string | null
  readonly appendfsync: string | null
  /** Commands that Reagent or BullMQ uses and this user may not; null where that could not be found out. */
  readonly missingCommands: readonly string[] | null
}

/**
 * Connects once and looks; changes nothing. Fails with `store.unreachable`, also when the signal aborts before there is
 * an answer.
 *
 * @param prefix the prefix of the keys that are to be used
 */
export async function inspectRedis(
  address: RedisAddress,
  prefix: string,
  signal: AbortSignal,
): Promise<RedisFacts> {
  const options = { lazyConnect: true, retryStrategy: () => null, maxRetriesPerRequest: 0 }
  const redis =
    address.kind === 'url'
      ? new Redis(address.url, options)
      : new Redis({ ...options, path: address.path })
  const name = address.kind === 'url' ? hostOf(address.url) : address.path
  // The client reports why a connection failed here only; the promise says that it is closed.
  let reason: string | null = null
  redis.on('error', (error: Error) => {
    reason ??= reasonOf(error)
  })
  const stop = () => redis.disconnect()
  signal.addEventListener('abort', stop, { once: true })
  try {
    await redis.connect()
    const information = await redis.info('server')
    const [maxmemoryPolicy, appendonly, appendfsync] = await Promise.all(
      ['maxmemory-policy', 'appendonly', 'appendfsync'].map((one) => settingOf(redis, one)),
    )
    return {
      address: name,
      version: /^(?:redis|valkey)_version:(\S+)/m.exec(information)?.[1] ?? 'unknown',
      maxmemoryPolicy: maxmemoryPolicy ?? null,
      appendonly: appendonly ?? null,
      appendfsync: appendfsync ?? null,
      missingCommands: await missingCommands(redis, prefix),
    }
  } catch (error) {
    const why = signal.aborted ? 'no answer in time' : (reason ?? reasonOf(error))
    throw new Failure('store.unreachable', { address: name, reason: why }, { cause: error })
  } finally {
    signal.removeEventListener('abort', stop)
    redis.disconnect()
  }
}

async function settingOf(redis: Redis, name: string): Promise<string | null> {
  try {
    const reply: unknown = await redis.config('GET', name)
    return Array.isArray(reply) && reply.length > 1 ? String(reply[1]) : null
  } catch (error) {
    if (isReply(error)) return null
    throw error
  }
}

/**
 * Redis checks rights when it queues a command of a transaction, so one that is discarded tells what is allowed and does
 * nothing.
 */
async function missingCommands(redis: Redis, prefix: string): Promise<readonly string[] | null> {
  try {
    await redis.multi({ pipeline: false })
  } catch (error) {
    if (isReply(error)) return null
    throw error
  }
  const asked = USED_COMMANDS.map(async ({ command, parameters }) => {
    try {
      await redis.call(command, ...parameters(`${prefix}:check`))
      return null
    } catch (error) {
      if (isReply(error)) return command
      throw error
    }
  })
  const missing = (await Promise.all(asked)).filter((command) => command !== null)
  await redis.discard()
  return [...new Set(missing)].sort()
}

/** Whether the server said no, rather than nothing. */
function isReply(error: unknown): boolean {
  return error instanceof Error && error.name === 'ReplyError'
}

const REASONS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing listens there (connection refused)',
  ENOENT: 'there is no such socket',
  EACCES: 'this account may not use the socket',
  ENOTFOUND: 'the host name does not resolve',
  EAI_AGAIN: 'name resolution does not work',
  ETIMEDOUT: 'the host does not answer',
  ECONNRESET: 'the connection was cut',
  SELF_SIGNED_CERT_IN_CHAIN: 'its certificate is not of an authority that is trusted here',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'its certificate is signed by itself',
  WRONGPASS: 'it does not accept the user name and password',
  NOAUTH: 'it wants a password',
  NOPERM: 'the user may not even ask for its version (command INFO)',
}

/** A code or the first word of a reply; never the text, which may quote what was sent. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return 'the connection failed'
  const code = 'code' in error ? String(error.code) : (error.message.split(' ')[0] ?? '')
  return REASONS[code] ?? (/^[A-Z_]{4,40}$/.test(code) ? code : 'the connection failed')
}
