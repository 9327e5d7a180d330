import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Redis } from 'ioredis'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Person } from '../../src/recovery/index.ts'
import {
  createLeaseStore,
  createRunStore,
  type PrivateRedis,
  type RunStore,
  startPrivateRedis,
} from '../../src/store/index.ts'

let directory = ''
let server: PrivateRedis
let redis: Redis
let runs: RunStore
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
  runs = createRunStore(redis, `{test-${count}}`)
})

const by: Person = { teamId: 'T1', userId: 'U1' }
const at = '2026-11-22T02:11:00.000Z'

function request(run: string, cluster = 'myk8s', goal: 'diagnose' | 'reconnect' = 'reconnect') {
  return { type: 'requested' as const, at, run, cluster, goal, by, conversation: null }
}

describe('runs in Redis', () => {
  it('come back as they were written', async () => {
    const created = await runs.create(request('r-1'), 'request-1')
    expect(created).toMatchObject({ kind: 'created', run: { id: 'r-1', version: 1 } })
    expect(await runs.load('r-1')).toMatchObject({ cluster: 'myk8s', state: { kind: 'requested' } })
    expect(await runs.load('r-none')).toBeNull()
  })

  it('let one of two writers win who decided on the same version', async () => {
    await runs.create(request('r-1'), null)
    const run = await runs.load('r-1')
    if (!run) throw new Error('not stored')
    const results = await Promise.allSettled([
      runs.append(run, [{ type: 'diagnosing', at }]),
      runs.append(run, [{ type: 'cancelled', at, by }]),
    ])
    expect(results.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected'])
    expect((await runs.load('r-1'))?.version).toBe(2)
  })

  it('are one a cluster as long as they are open; only looking goes beside', async () => {
    await runs.create(request('r-1'), null)
    expect(await runs.create(request('r-2'), null)).toEqual({ kind: 'open', runId: 'r-1' })
    expect(await runs.create(request('r-3', 'other'), null)).toMatchObject({ kind: 'created' })
    expect(await runs.create(request('r-4', 'myk8s', 'diagnose'), null)).toMatchObject({
      kind: 'created',
    })

    const run = await runs.load('r-1')
    if (!run) throw new Error('not stored')
    await runs.append(run, [{ type: 'cancelled', at, by }])
    expect(await runs.create(request('r-5'), null)).toMatchObject({ kind: 'created' })
    expect((await runs.openRuns()).map(({ id }) => id).toSorted()).toEqual(['r-3', 'r-4', 'r-5'])
  })

  it('refuse a request that was delivered before, also after its run is over', async () => {
    await runs.create(request('r-1'), 'request-1')
    const run = await runs.load('r-1')
    if (!run) throw new Error('not stored')
    await runs.append(run, [{ type: 'cancelled', at, by }])
    expect(await runs.create(request('r-2'), 'request-1')).toEqual({ kind: 'replayed' })
    expect(await runs.load('r-2')).toBeNull()
  })
})

describe('the lease on a cluster', () => {
  it('hands out a larger fence to every new holder', async () => {
    const leases = createLeaseStore(redis, `{test-${count}}`)
    const first = await leases.take('c-1', 'r-1')
    await first.release()
    const second = await leases.take('c-1', 'r-2')
    expect(second.fence).toBeGreaterThan(first.fence)
    await second.release()
  })

  it('is refused to another run, and says which run has it', async () => {
    const leases = createLeaseStore(redis, `{test-${count}}`)
    const lease = await leases.take('c-1', 'r-1')
    await expect(leases.take('c-1', 'r-2')).rejects.toMatchObject({
      code: 'lease.held',
      facts: { run: 'r-1' },
    })
    await lease.release()
  })

  it('can be taken again by its own run, whose old holder cannot release it any more', async () => {
    const leases = createLeaseStore(redis, `{test-${count}}`)
    const dead = await leases.take('c-1', 'r-1')
    const alive = await leases.take('c-1', 'r-1')
    expect(alive.fence).toBe(dead.fence + 1)
    await dead.release()
    await expect(leases.take('c-1', 'r-2')).rejects.toMatchObject({ code: 'lease.held' })
    await alive.release()
  })
})
