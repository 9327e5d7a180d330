import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Redis } from 'ioredis'
import { expect, it, onTestFinished } from 'vitest'
import { watchRuns } from '../../src/main/watch-runs.ts'
import { openLog } from '../../src/observe/index.ts'
import { createChangeRun } from '../../src/operations/index.ts'
import { createProducer } from '../../src/queue/index.ts'
import { createRunStore, startPrivateRedis } from '../../src/store/index.ts'

const PERSON = { teamId: 'T1', userId: 'U1' }
const RUNS = 20

it('the end of a run is counted once, although two processes decide on it at the same time and again later', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'reagent-test-'))
  const server = await startPrivateRedis(folder, process.env.PATH ?? '')
  const redis = new Redis({ path: server.socketPath })
  const producer = createProducer(redis, '{test}')
  onTestFinished(async () => {
    await producer.close()
    redis.disconnect()
    await server.stop()
    await rm(folder, { recursive: true, force: true })
  })
  const counted: string[] = []
  const clock = () => new Date()
  const policy = {
    request: new Set(['T1/U1']),
    approve: new Set<string>(),
    approveAlone: new Set<string>(),
  }
  const [first, second] = [1, 2].map(() => {
    const runOver = ({ outcome }: { readonly outcome: string }) => void counted.push(outcome)
    const runs = watchRuns(createRunStore(redis, '{test}'), openLog('silent'), { runOver })
    return { runs, change: createChangeRun({ runs, producer, policy, clock }) }
  })
  if (!first || !second) throw new Error('there are two')

  for (let number = 1; number <= RUNS; number += 1) {
    const run = `r-${number}`
    await first.runs.create(
      {
        type: 'requested',
        at: clock().toISOString(),
        run,
        cluster: `myk8s-${number}`,
        goal: 'diagnose',
        by: PERSON,
        conversation: null,
      },
      null,
    )
    const cancel = ({ change }: typeof first) => change(run, () => ({ type: 'cancel', by: PERSON }))
    const outcomes = await Promise.allSettled([cancel(first), cancel(second)])
    expect(outcomes.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected'])
    await expect(cancel(second)).rejects.toMatchObject({ code: 'run.over' })
  }

  expect(counted).toEqual(Array.from({ length: RUNS }, () => 'cancelled'))
})
