import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Redis } from 'ioredis'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { CheckParts } from '../../src/checks/index.ts'
import {
  findRedisServer,
  inspectRedis,
  KEY_PREFIX,
  type PrivateRedis,
  type RedisAddress,
  startPrivateRedis,
} from '../../src/store/index.ts'
import { linesOf, remarks, said } from './support/lab.ts'

let folder = ''
let server: PrivateRedis
let admin: Redis
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'reagent-redis-'))
  server = await startPrivateRedis(folder, process.env.PATH ?? '')
  admin = new Redis({ path: server.socketPath })
})
afterEach(async () => {
  await admin.config('SET', 'maxmemory-policy', 'noeviction')
  await admin.config('SET', 'appendonly', 'yes')
  await admin.config('SET', 'appendfsync', 'always')
})
afterAll(async () => {
  admin.disconnect()
  await server.stop()
  await rm(folder, { recursive: true, force: true })
})

const at = (address: RedisAddress): CheckParts['redis'] => ({
  kind: 'running',
  inspect: (signal) => inspectRedis(address, KEY_PREFIX, signal),
})

/** A user of this Redis, by the way that a URL with its name and password takes. */
async function asUser(name: string, ...rules: readonly string[]): Promise<CheckParts['redis']> {
  await admin.call('ACL', 'SETUSER', name, 'on', '>secret-word', ...rules)
  return at({ kind: 'url', url: `redis://${name}:secret-word@localhost?path=${server.socketPath}` })
}

function check(redis: CheckParts['redis'], limitMs = 5_000) {
  return linesOf({
    configuration: 'reagent.yaml',
    role: 'worker',
    data: { directory: folder, isUsed: false, signingKeyFile: null },
    redis,
    rancher: null,
    rancherWays: [],
    clusters: new Map(),
    slack: null,
    policy: { request: new Set(), approve: new Set(), approveAlone: new Set(['local/root']) },
    clock: () => new Date(),
    limitMs,
  })
}

const here = () => at({ kind: 'socket', path: server.socketPath })

describe('reagent check of Redis', () => {
  it('says version and address, and leaves no key behind', async () => {
    const lines = await check(here())
    expect(remarks(lines)).toEqual([])
    expect(said(lines, 'Redis')).toMatch(/^version \d+\.\d+\.\d+ at \//)
    expect(await admin.dbsize()).toBe(0)
  })

  it('refuses one that drops keys when memory is short', async () => {
    await admin.config('SET', 'maxmemory-policy', 'allkeys-lru')
    const lines = await check(here())
    expect(remarks(lines)).toEqual(['✗ Redis memory'])
    expect(said(lines, 'Redis memory')).toMatch(
      /allkeys-lru.* → Set maxmemory-policy to noeviction/,
    )
  })

  it('refuses one that keeps nothing on disk, and warns of one that may lose the last second', async () => {
    await admin.config('SET', 'appendfsync', 'everysec')
    const everySecond = await check(here())
    expect(remarks(everySecond)).toEqual(['! Redis persistence'])
    await admin.config('SET', 'appendonly', 'no')
    const nothing = await check(here())
    expect(remarks(nothing)).toEqual(['✗ Redis persistence'])
    expect(said(nothing, 'Redis persistence')).toContain('Set appendonly to yes')
  })

  it('says what a managed one does not let be seen', async () => {
    const redis = await asUser('managed', '~*', '+@all', '-config')
    const lines = await check(redis)
    expect(remarks(lines)).toEqual(['! Redis memory', '! Redis persistence'])
    expect(said(lines, 'Redis memory')).toMatch(/cannot be seen.*CONFIG GET → See in the service/)
  })

  it('names the commands that this user may not use, and how to allow them', async () => {
    const redis = await asUser('lesser', '~*', '+@all', '-eval', '-evalsha', '-xadd')
    const lines = await check(redis)
    expect(remarks(lines)).toEqual(['✗ Redis permissions'])
    expect(said(lines, 'Redis permissions')).toMatch(
      /may not use EVAL, EVALSHA, XADD → .*\+eval \+evalsha \+xadd/,
    )
  })

  it('names a user who may not touch Reagent’s keys', async () => {
    const lines = await check(await asUser('elsewhere', '~other:*', '+@all'))
    expect(remarks(lines)).toEqual(['✗ Redis permissions'])
  })

  it('tells a wrong password from a server that is not there, and shows no password', async () => {
    await asUser('known', '~*', '+@all')
    const url = `redis://known:not-the-word@localhost?path=${server.socketPath}`
    const wrong = await check(at({ kind: 'url', url }))
    expect(remarks(wrong)).toEqual(['✗ Redis'])
    expect(said(wrong, 'Redis')).toContain('does not accept the user name and password')
    expect(JSON.stringify(wrong)).not.toContain('not-the-word')
    const gone = await check(at({ kind: 'url', url: 'redis://127.0.0.1:1' }))
    expect(said(gone, 'Redis')).toMatch(/127\.0\.0\.1:1: nothing listens there.*REDIS_URL/)
  })

  it('costs its limit, and no more, when it hangs', async () => {
    await admin.call('CLIENT', 'PAUSE', '2000', 'ALL')
    expect(remarks(await check(here(), 400))).toEqual(['✗ Redis'])
    await admin.ping()
  })

  it('looks for the program where Reagent will run its own', async () => {
    const found = await check({
      kind: 'private',
      findProgram: () => findRedisServer(process.env.PATH ?? ''),
    })
    expect(said(found, 'Redis')).toContain('Reagent will run its own (/')
    const missing = await check({ kind: 'private', findProgram: () => findRedisServer(folder) })
    expect(remarks(missing)).toEqual(['✗ Redis'])
    expect(said(missing, 'Redis')).toMatch(/redis-server nor valkey-server.* → Install one/)
  })

  it('tests every command that the scripts of Reagent and of its queue call', async () => {
    const forbidden = await asUser(
      'nothing',
      '~*',
      '-@all',
      '+info',
      '+multi',
      '+discard',
      '+exec',
      '+client|setname',
      '+hello',
    )
    const tested = new Set(
      said(await check(forbidden), 'Redis permissions').match(/\b[A-Z]{3,}\b/g),
    )
    const called = await commandsInScripts()
    expect(called.size).toBeGreaterThan(40)
    expect([...called].filter((command) => !tested.has(command))).toEqual([])
  })
})

async function commandsInScripts(): Promise<ReadonlySet<string>> {
  const folders = [
    new URL('../../src/store/lua/', import.meta.url),
    new URL('commands/', import.meta.resolve('bullmq')),
    new URL('commands/includes/', import.meta.resolve('bullmq')),
  ]
  const texts = await Promise.all(
    folders.map(async (url) => {
      const names = (await readdir(fileURLToPath(url))).filter((name) => name.endsWith('.lua'))
      return Promise.all(names.map((name) => readFile(new URL(name, url), 'utf8')))
    }),
  )
  const calls = texts
    .flat()
    .join('\n')
    .matchAll(/\b(?:rcall|redis\.p?call)\(\s*['"](\w+)/g)
  return new Set([...calls].map(([, command = '']) => command.toUpperCase()))
}
