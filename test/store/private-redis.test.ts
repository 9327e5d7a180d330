import { fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Redis } from 'ioredis'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { startPrivateRedis } from '../../src/store/index.ts'

const path = process.env.PATH ?? ''
let directory = ''

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'reagent-test-'))
})
afterEach(() => rm(directory, { recursive: true, force: true }))

async function write(socketPath: string, key: string, value: string): Promise<void> {
  const redis = new Redis({ path: socketPath })
  await redis.set(key, value)
  redis.disconnect()
}

async function read(socketPath: string, key: string): Promise<string | null> {
  const redis = new Redis({ path: socketPath })
  const value = await redis.get(key)
  redis.disconnect()
  return value
}

describe('the private Redis', () => {
  it('keeps its data over a restart and is reachable through a socket of its owner only', async () => {
    const first = await startPrivateRedis(directory, path)
    await write(first.socketPath, 'run', 'r-1')
    expect((await stat(first.socketPath)).mode & 0o077).toBe(0)
    await first.stop()

    const second = await startPrivateRedis(directory, path)
    expect(await read(second.socketPath, 'run')).toBe('r-1')
    await second.stop()
  })

  it('refuses a second start on the same data directory and names the process that has it', async () => {
    const first = await startPrivateRedis(directory, path)
    await expect(startPrivateRedis(directory, path)).rejects.toMatchObject({
      code: 'store.in-use',
      facts: { pid: String(process.pid) },
    })
    await first.stop()
  })

  it('dies with a killed Reagent, and the next one takes over with everything that was written', async () => {
    const holder = fork(new URL('./hold-private-redis.ts', import.meta.url), [directory], {
      execPath: process.execPath,
      execArgv: [],
    })
    const [socketPath] = (await once(holder, 'message')) as [string]
    await write(socketPath, 'run', 'r-2')
    holder.kill('SIGKILL')
    await once(holder, 'exit')

    const next = await startPrivateRedis(directory, path)
    expect(await read(next.socketPath, 'run')).toBe('r-2')
    await next.stop()
  })

  it('says what to install when there is no server program', async () => {
    await expect(startPrivateRedis(directory, '/nonexistent')).rejects.toMatchObject({
      code: 'store.redis-missing',
    })
  })
})
