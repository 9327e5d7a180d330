import { readFileSync } from 'node:fs'
import type { Redis } from 'ioredis'

type Key = string
type Reply = readonly (string | number)[]

/** The atomic steps of this room: each is a Lua file with its contract in the header. */
export interface Scripts {
  appendRun(
    keys: { run: Key; open: Key; runs: Key; taken: Key; undrawn: Key },
    args: readonly (string | number)[],
  ): Promise<Reply>
  saveCard(keys: { card: Key; undrawn: Key }, args: readonly (string | number)[]): Promise<unknown>
  takeLease(keys: LeaseKeys, run: string, ttlMs: number): Promise<Reply>
  renewLease(keys: LeaseKeys, run: string, fence: number, ttlMs: number): Promise<boolean>
  raiseFence(keys: LeaseKeys, run: string, fence: number, seen: number): Promise<number>
  releaseLease(keys: LeaseKeys, run: string, fence: number): Promise<boolean>
}

export interface LeaseKeys {
  readonly lease: Key
  readonly fence: Key
}

type ScriptCall = (...args: (string | number)[]) => Promise<unknown>

/** Defines the scripts on a connection; ioredis sends each text once and its hash afterwards. */
export function defineScripts(redis: Redis): Scripts {
  const appendRun = define(redis, 'append-run', 5)
  const saveCard = define(redis, 'save-card', 2)
  const takeLease = define(redis, 'take-lease', 2)
  const renewLease = define(redis, 'renew-lease', 2)
  const raiseFence = define(redis, 'raise-fence', 2)
  const releaseLease = define(redis, 'release-lease', 2)
  return {
    appendRun: async (keys, args) =>
      asReply(await appendRun(keys.run, keys.open, keys.runs, keys.taken, keys.undrawn, ...args)),
    saveCard: (keys, args) => saveCard(keys.card, keys.undrawn, ...args),
    takeLease: async (keys, run, ttlMs) =>
      asReply(await takeLease(keys.lease, keys.fence, run, ttlMs)),
    renewLease: async (keys, run, fence, ttlMs) =>
      (await renewLease(keys.lease, keys.fence, run, fence, ttlMs)) === 1,
    raiseFence: async (keys, run, fence, seen) =>
      Number(await raiseFence(keys.lease, keys.fence, run, fence, seen)),
    releaseLease: async (keys, run, fence) =>
      (await releaseLease(keys.lease, keys.fence, run, fence)) === 1,
  }
}

/** Has the server know all scripts, so that a first call is one round trip and keeps its place among other commands. */
export async function loadScripts(redis: Redis): Promise<void> {
  await Promise.all(SCRIPT_NAMES.map((name) => redis.script('LOAD', textOf(name))))
}

const SCRIPT_NAMES = [
  'append-run',
  'save-card',
  'take-lease',
  'renew-lease',
  'raise-fence',
  'release-lease',
] as const

function textOf(name: (typeof SCRIPT_NAMES)[number]): string {
  return readFileSync(new URL(`./lua/${name}.lua`, import.meta.url), 'utf8')
}

function define(
  redis: Redis,
  name: (typeof SCRIPT_NAMES)[number],
  numberOfKeys: number,
): ScriptCall {
  redis.defineCommand(name, { numberOfKeys, lua: textOf(name) })
  const call: unknown = Reflect.get(redis, name)
  if (typeof call !== 'function') throw new TypeError(`script ${name} was not defined`)
  return (...args) => Reflect.apply(call, redis, args) as Promise<unknown>
}

function asReply(reply: unknown): Reply {
  if (Array.isArray(reply)) return reply as Reply
  throw new TypeError('a script answered with something that is no list')
}
