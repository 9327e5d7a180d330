import { generateKeyPairSync } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { done } from '../../src/queue/index.ts'
import { signApproval } from '../../src/recovery/index.ts'
import {
  AGENTS_WRITTEN,
  annotateWithFence,
  CLUSTER_AGENT,
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

const isOn = (kind: string) => (write: { ref: { kind: string }; dryRun: boolean }) =>
  write.ref.kind === kind && !write.dryRun

describe('an approval', () => {
  it('that another key signed applies nothing, although it stands in Redis', async () => {
    const { runId, plan, expiresAt } = await worker.untilPlanned()
    const { privateKey } = generateKeyPairSync('ed25519')
    const { digest } = plan
    const approval = { run: runId, digest, by: worker.lead, at: expiresAt, expiresAt }
    const forged = signApproval(approval, privateKey)
    await worker.parts.change(runId, () => ({ type: 'approve', approval: forged }))

    await worker.apply(runId)

    expect((await worker.run(runId)).state).toMatchObject({
      kind: 'failed',
      failure: { code: 'approval.signature-invalid' },
    })
    expect(writtenBy(worker)).toEqual([])
  })

  it('of one plan does not cover another that was put in its place in Redis', async () => {
    const runId = await worker.untilApproved()
    await setEnvOfAgents(worker, 'ad0e'.repeat(16))
    const { effects } = await worker.planNow()
    await worker.parts.change(runId, () => ({
      type: 'begin-apply',
      fence: 1,
      wasConnected: false,
    }))
    const run = await worker.run(runId)
    if (run.state.kind !== 'applying') throw new Error('the apply has not begun')
    const { digest } = run.state.plan
    const forged = { ...run, state: { ...run.state, plan: { ...run.state.plan, digest, effects } } }

    await worker.apply(runId, { runs: { ...worker.parts.runs, load: async () => forged } })

    expect((await worker.run(runId)).state).toMatchObject({
      kind: 'failed',
      failure: { code: 'approval.signature-invalid' },
    })
    expect(writtenBy(worker)).toEqual([])
  })

  it('that nobody acted on in time applies nothing', async () => {
    const runId = await worker.untilApproved()

    await worker.apply(runId, { clock: () => new Date(Date.now() + 16 * 60_000) })

    expect((await worker.run(runId)).state).toMatchObject({
      kind: 'failed',
      failure: { code: 'approval.expired' },
    })
    expect(writtenBy(worker)).toEqual([])
  })

  it('of somebody who may not approve any more applies nothing', async () => {
    const runId = await worker.untilApproved()
    const policy = { ...worker.parts.policy, approve: new Set<string>() }

    await worker.apply(runId, { policy })

    expect((await worker.run(runId)).state).toMatchObject({
      kind: 'failed',
      failure: { code: 'policy.may-not-approve' },
    })
    expect(writtenBy(worker)).toEqual([])
  })
})

describe('an apply', () => {
  it('writes each object once, also when its job runs twice', async () => {
    const runId = await worker.untilApproved()

    await worker.apply(runId)
    await worker.apply(runId)

    expect((await worker.run(runId)).state.kind).toBe('verifying')
    expect(writtenBy(worker)).toEqual(AGENTS_WRITTEN)
  })

  it('that runs in two workers at once ends well, each object written once', async () => {
    const runId = await worker.untilApproved()

    await Promise.allSettled([worker.apply(runId), worker.apply(runId)])
    await worker.apply(runId)

    expect((await worker.run(runId)).state.kind).toBe('verifying')
    expect(writtenBy(worker)).toEqual(AGENTS_WRITTEN)
  })

  it('waits while another run holds the lease on the cluster', async () => {
    const runId = await worker.untilApproved()
    const other = await worker.parts.leases.take(worker.world.clusterId, 'r-other')

    expect(await worker.apply(runId)).toMatchObject({ kind: 'again' })
    expect(writtenBy(worker)).toEqual([])

    await other.release()
    await worker.apply(runId)
    expect((await worker.run(runId)).state.kind).toBe('verifying')
  })

  it('ends without a write when somebody made the same change meanwhile', async () => {
    const { runId, plan } = await worker.untilPlanned()
    await worker.operations.approve(runId, plan.digest, worker.lead)
    await setEnvOfAgents(worker, plan.effects.caChecksum)

    await worker.apply(runId)

    expect((await worker.run(runId)).state.kind).toBe('no-action')
    expect(writtenBy(worker)).toEqual([])
  })

  it('stops without a verdict on the run when another worker has written with a newer fence', async () => {
    const runId = await worker.untilApproved()
    const stop = worker.world.cluster.gate.onWrite(async (write) => {
      if (isOn('Deployment')(write)) await annotateWithFence(worker, 999)
    })

    expect(await worker.apply(runId)).toEqual(done)
    stop()

    expect((await worker.run(runId)).state.kind).toBe('applying')
    expect(writtenBy(worker)).not.toContain(`Deployment ${CLUSTER_AGENT}`)
  })

  it('counts on from the fence on the cluster when its Redis has forgotten it', async () => {
    await annotateWithFence(worker, 50)
    const runId = await worker.untilApproved()

    await worker.apply(runId)

    expect((await worker.run(runId)).state).toMatchObject({ kind: 'verifying' })
    const { fence } = await worker.parts.leases.take(worker.world.clusterId, 'r-next')
    expect(fence).toBeGreaterThan(51)
  })

  it('does not call a write refused while the outcome of another is not known', async () => {
    const { gate } = worker.world.cluster
    const runId = await worker.untilApproved()
    gate.dropAnswer(isOn('DaemonSet'))
    gate.refuseWrites(isOn('Deployment'))

    expect(await worker.apply(runId)).toMatchObject({ kind: 'again' })
    expect((await worker.run(runId)).state).toMatchObject({
      kind: 'unknown',
      failure: { code: 'cluster.outcome-unknown' },
    })

    gate.dropAnswer(null)
    gate.refuseWrites(null)
    await worker.apply(runId)
    expect((await worker.run(runId)).state.kind).toBe('verifying')
    expect(new Set(writtenBy(worker)).size).toBe(AGENTS_WRITTEN.length)
  })

  it('that was stopped in the middle is carried on by the next worker', async () => {
    const runId = await worker.untilApproved()
    const stopping = new AbortController()
    const forget = worker.world.cluster.gate.onWrite((write) => {
      if (isOn('Deployment')(write)) stopping.abort()
    })

    await expect(worker.apply(runId, {}, stopping.signal)).rejects.toThrow()
    forget()
    expect((await worker.run(runId)).state.kind).toBe('applying')

    await worker.apply(runId)
    expect((await worker.run(runId)).state.kind).toBe('verifying')
  })
})
