import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { done } from '../../src/queue/index.ts'
import {
  openWorkerByHand,
  setEnvOfAgents,
  type WorkerByHand,
  writtenBy,
} from './support/worker-by-hand.ts'

let worker: WorkerByHand

beforeEach(async () => {
  worker = await openWorkerByHand()
})
afterEach(() => worker.close())

/** A worker for which the time of the next look has come. */
const DUE = { recheckEveryMs: 0 }

describe('a plan that waits for approval', () => {
  it('is looked at again only after the configured time', async () => {
    const { runId, plan } = await worker.untilPlanned()

    const outcome = await worker.recheck(runId, plan.digest, { recheckEveryMs: 60_000 })

    expect(outcome).toMatchObject({ kind: 'again' })
    expect(outcome.kind === 'again' && outcome.afterMs).toBeGreaterThan(50_000)
  })

  it('stays while it holds', async () => {
    const { runId, plan } = await worker.untilPlanned()

    expect(await worker.recheck(runId, plan.digest, DUE)).toMatchObject({ kind: 'again' })

    expect((await worker.run(runId)).state).toMatchObject({ kind: 'planned', plan })
  })

  it('is replaced when the cluster changes, so that the old approval no longer counts', async () => {
    const { runId, plan } = await worker.untilPlanned()
    await setEnvOfAgents(worker, 'f'.repeat(64))

    expect(await worker.recheck(runId, plan.digest, DUE)).toEqual(done)

    const { state } = await worker.run(runId)
    expect(state).toMatchObject({
      kind: 'planned',
      supersededBecause: 'Deployment cattle-cluster-agent changed',
    })
    await expect(worker.operations.approve(runId, plan.digest, worker.lead)).rejects.toMatchObject({
      code: 'approval.other-plan',
    })
    expect(writtenBy(worker)).toEqual([])
  })

  it('is closed when somebody made the same change meanwhile', async () => {
    const { runId, plan } = await worker.untilPlanned()
    await setEnvOfAgents(worker, plan.effects.caChecksum)

    expect(await worker.recheck(runId, plan.digest, DUE)).toEqual(done)

    expect((await worker.run(runId)).state.kind).toBe('no-action')
  })

  it('stays when it cannot be looked at, and is looked at again', async () => {
    const { runId, plan } = await worker.untilPlanned()
    await worker.world.cluster.gate.goDown()

    expect(await worker.recheck(runId, plan.digest, DUE)).toMatchObject({ kind: 'again' })

    expect((await worker.run(runId)).state).toMatchObject({ kind: 'planned', plan })
  })

  it('is left alone once it was decided on', async () => {
    const { runId, plan } = await worker.untilPlanned()
    await worker.operations.approve(runId, plan.digest, worker.lead)
    await setEnvOfAgents(worker, 'f'.repeat(64))

    expect(await worker.recheck(runId, plan.digest, DUE)).toEqual(done)

    expect((await worker.run(runId)).state.kind).toBe('approved')
  })
})
