import { afterEach, describe, expect, it } from 'vitest'
import { importedObjects, type World, type WorldOptions } from '../../lab/world/index.ts'
import { Failure, type Goal } from '../../src/recovery/index.ts'
import {
  CLUSTER_AGENT,
  openWorkerByHand,
  type WorkerByHand,
  workUntilOver,
  writtenBy,
} from './support/worker-by-hand.ts'

const FORCE = 'io.cattle.agent.force.deploy'
const on212: WorldOptions = { rancherVersion: '2.12.0', stableFor: '1s', giveUpAfter: '20s' }

let worker: WorkerByHand
afterEach(() => worker.close())

/** Somebody applies the manifest that Rancher's page offers, over a healthy cluster. */
async function applyByKubectl({ rancher, cluster, clusterId }: World): Promise<void> {
  const token = rancher.issueRegistration(clusterId, { name: 'crt-by-hand' })
  await cluster.applyAsKubectl(await importedObjects(rancher, { token, clusterId }))
}

async function applied(goal?: Goal): Promise<string> {
  const runId = await worker.untilApproved(goal)
  await worker.apply(runId)
  return runId
}

const puts = () => worker.world.rancher.requests.filter(({ method }) => method === 'PUT')

describe('a cluster of Rancher 2.12', () => {
  it('that somebody broke by kubectl apply is back after one apply, without a push by Rancher', async () => {
    worker = await openWorkerByHand(on212, applyByKubectl)
    const { rancher, clusterId } = worker.world
    const connected = rancher.conditions(clusterId).find(({ type }) => type === 'Connected')
    expect(connected?.status).toBe('False')
    expect(rancher.sessions(clusterId).map(({ kind }) => kind)).not.toContain('second')

    const { state } = await workUntilOver(worker, await applied('apply'))

    expect(state).toMatchObject({ kind: 'recovered' })
    expect(writtenBy(worker)).toEqual([`Deployment ${CLUSTER_AGENT}`])
    expect(puts()).toEqual([])
  })

  it('that lost its agents to another authority is back', async () => {
    worker = await openWorkerByHand(on212)

    const { state } = await workUntilOver(worker, await applied())

    expect(state.kind).toBe('recovered')
  })

  it('whose Deployment was deleted is back', async () => {
    worker = await openWorkerByHand(on212, ({ cluster }) =>
      cluster.deleteObject({
        apiVersion: 'apps/v1',
        kind: 'Deployment',
        namespace: 'cattle-system',
        name: CLUSTER_AGENT,
      }),
    )

    const { state } = await workUntilOver(worker, await applied('apply'))

    expect(state.kind).toBe('recovered')
  })
})

describe('a cluster of which Rancher does not say the features', () => {
  const hidden: WorldOptions = { ...on212, configuredInRancher: { hidesAgentFeatures: true } }

  it('is back after Rancher has pushed its own manifest, which it was asked for once the tunnel was up', async () => {
    worker = await openWorkerByHand(hidden, applyByKubectl)
    const { rancher, clusterId } = worker.world
    const before = rancher.annotations(clusterId)

    const run = await workUntilOver(worker, await applied('apply'))

    expect(run.state).toMatchObject({
      kind: 'recovered',
      plan: { effects: { rancher: [{ annotation: FORCE }] } },
      written: [`Annotation ${FORCE} on ${clusterId} in Rancher`],
    })
    expect(puts()).toHaveLength(1)
    expect(rancher.annotations(clusterId)).toMatchObject({ ...before, [FORCE]: 'false' })
  })

  it('is not asked for a push before the tunnel is up, and is after a while in any case', async () => {
    worker = await openWorkerByHand(hidden, applyByKubectl)
    const runId = await worker.untilApproved('apply')
    const rancher = { ...worker.parts.rancher, tunnelAnswers: async () => false }

    expect(await worker.apply(runId, { rancher })).toMatchObject({ kind: 'again' })
    expect(await worker.apply(runId, { rancher })).toMatchObject({ kind: 'again' })
    expect(puts()).toEqual([])
    expect(
      (await worker.run(runId)).timeline.filter(({ what }) => what === 'applying'),
    ).toHaveLength(1)

    const later = () => new Date(Date.now() + 121_000)
    await worker.apply(runId, { rancher, clock: later })
    expect(puts()).toHaveLength(1)
  })

  it('is not asked about twice when a worker dies between asking and writing that down', async () => {
    worker = await openWorkerByHand(hidden, applyByKubectl)
    const runId = await worker.untilApproved('apply')
    const dies = { ...worker.parts.rancher, askForPush: askThenDie }

    await expect(worker.apply(runId, { rancher: dies })).resolves.toBeDefined()
    expect((await worker.run(runId)).state.kind).toBe('unknown')
    expect(puts()).toHaveLength(1)
    const { state } = await workUntilOver(worker, runId)

    expect(state.kind).toBe('recovered')
    expect(puts()).toHaveLength(1)
  })

  it('stops half applied, and says what is missing, where the token may not ask', async () => {
    worker = await openWorkerByHand(hidden, ({ rancher }) => rancher.rotateCa())
    worker.world.rancher.forbid('/v3/clusters', 'PUT')

    const { state } = await workUntilOver(worker, await applied('apply'))

    expect(state).toMatchObject({
      kind: 'half-applied',
      failure: { code: 'rancher.forbidden' },
      written: [expect.stringContaining('Deployment')],
    })
  })

  async function askThenDie(
    ...asked: Parameters<typeof worker.parts.rancher.askForPush>
  ): Promise<never> {
    await worker.parts.rancher.askForPush(...asked)
    throw new Failure('rancher.outcome-unknown', { cluster: asked[0] })
  }
})
