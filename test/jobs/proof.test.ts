import { afterEach, describe, expect, it } from 'vitest'
import type { Run } from '../../src/recovery/index.ts'
import {
  openProvingWorld,
  type ProvingWorld,
  type ScriptedCondition,
  type Seen,
  secondsAfter,
  wellOn212,
  wellOn215,
} from './support/proving-world.ts'

/** A minute and some: long enough for a proof, were there nothing wrong. */
const LONG_ENOUGH = 20
/** Looks until it is given up. */
const FOR_GOOD = 62

let world: ProvingWorld
afterEach(() => world.close())

const ready = (status: string, seconds: number): ScriptedCondition => ({
  type: 'Ready',
  status,
  lastUpdateTime: secondsAfter(seconds),
})
const connected = (status: string, seconds: number): ScriptedCondition => ({
  type: 'Connected',
  status,
  lastUpdateTime: secondsAfter(seconds),
})

async function watched(
  seen: Seen | ((index: number) => Seen),
  options: Parameters<typeof openProvingWorld>[0] & { readonly looks?: number } = {},
): Promise<Run> {
  world = await openProvingWorld(options)
  const seenAt = typeof seen === 'function' ? seen : () => seen
  return world.lookTimes(options.looks ?? LONG_ENOUGH, seenAt)
}

/** What the last look still missed; the run must neither be proved nor hold. */
function missingIn({ state }: Run): string {
  expect(['verifying', 'not-recovered']).toContain(state.kind)
  if (state.kind === 'not-recovered') return state.reason
  if (state.kind !== 'verifying') return ''
  expect(state.sighting?.holdingSince).toBe(null)
  return state.sighting?.missing ?? ''
}

describe('a cluster is proved to be back', () => {
  it.each([
    ['2.12.0', wellOn212],
    ['2.1.5', wellOn215],
    ['2.6.14', { ...wellOn212, version: 'v2.6.14' }],
    ['2.5.16', { ...wellOn215, version: 'v2.5.16', nodeAgent: null }],
    [
      '2.5.16 on a cluster built with RKE',
      { ...wellOn215, version: 'v2.5.16', driver: 'rancherKubernetesEngine' },
    ],
    ['that says no version, from its record', { ...wellOn212, version: 'dev' }],
  ])('by Rancher %s when everything has been well for the whole window', async (_version, seen) => {
    const { state } = await watched(seen)

    expect(state).toMatchObject({
      kind: 'recovered',
      proof: { stableForMs: 60_000, tunnel: 'this cluster answers through the tunnel' },
    })
  })

  it('although a pod is older than the apply, where that took a broken rollout back before it reached the pod', async () => {
    const pod = { ...wellOn212.pod, createdAt: secondsAfter(-60), isOfTemplate: true }
    const { state } = await watched({ ...wellOn212, pod })

    expect(state.kind).toBe('recovered')
  })

  it('also where the token may not look through the tunnel, and the proof says so', async () => {
    const { state } = await watched({ ...wellOn212, tunnel: { status: 403, uid: '' } })

    expect(state).toMatchObject({
      kind: 'recovered',
      proof: { tunnel: 'not tried through the tunnel (Rancher answers 403 to this token)' },
    })
  })

  it('although an older Rancher has left a node agent behind that nothing waits for', async () => {
    const left = { ready: 0, checksum: 'of another authority' }
    const { state } = await watched({ ...wellOn212, nodeAgent: left })

    expect(state.kind).toBe('recovered')
  })

  it('by Connected alone on a hosted cluster of 2.6.2, which is ready without its agents', async () => {
    const conditions = [ready('True', -3_600), connected('True', 6)]
    const { state } = await watched({
      ...wellOn212,
      version: 'v2.6.2',
      driver: 'EKS',
      conditions,
    })

    expect(state.kind).toBe('recovered')
  })
})

describe('a cluster is not taken for back', () => {
  it('while Rancher’s Ready is still the one from before the agent died', async () => {
    const run = await watched({ ...wellOn215, conditions: [ready('True', -600)] })

    expect(missingIn(run)).toContain('Rancher’s Ready is older than the apply')
  })

  it('by an agent that runs, ready 1/1, and loops', async () => {
    const run = await watched((index) => ({
      ...wellOn212,
      pod: { ...wellOn212.pod, restarts: Math.floor(index / 3) },
    }))

    expect(run.state.kind).toBe('verifying')
  })

  it('by an agent that runs, ready 1/1, and connects over and over without a restart', async () => {
    const line = (index: number) =>
      `time="${secondsAfter(index)}" level=info msg="Connecting to proxy" url="wss://rancher"\n`
    const run = await watched((index) => ({
      ...wellOn215,
      pod: { ...wellOn215.pod, log: line(Math.floor(index / 3)) },
    }))

    expect(run.state.kind).toBe('verifying')
  })

  it('by a tunnel that carries calls while Connected is false', async () => {
    const conditions = [ready('True', 8), connected('False', 6)]
    const run = await watched({ ...wellOn212, conditions })

    expect(missingIn(run)).toContain('condition Connected is not true')
  })

  it('by a Rancher that should have Connected and does not show it', async () => {
    const run = await watched({ ...wellOn212, conditions: [ready('True', 8)] })

    expect(missingIn(run)).toContain('condition Connected is not true')
  })

  it('before it has held for the whole window after its flap', async () => {
    const flapping = (index: number): Seen => {
      const seconds = (index + 1) * 5
      if (seconds < 18)
        return { ...wellOn215, state: 'unavailable', conditions: [ready('False', 0)] }
      if (seconds < 33) return wellOn215
      if (seconds < 48)
        return { ...wellOn215, state: 'unavailable', conditions: [ready('False', 33)] }
      return { ...wellOn215, conditions: [ready('True', 48)] }
    }
    const early = await watched(flapping, { looks: 20 })
    expect(early.state).toMatchObject({
      kind: 'verifying',
      sighting: { holdingSince: secondsAfter(50) },
    })

    const { state } = await world.lookTimes(2, (index) => flapping(20 + index))
    expect(state).toMatchObject({ kind: 'recovered', proof: { stableSince: secondsAfter(50) } })
  })

  it('when it broke off between two looks, which shows only in the time of the condition', async () => {
    const run = await watched(
      (index) => ({ ...wellOn215, conditions: [ready('True', index < 8 ? 18 : 43)] }),
      { looks: 14 },
    )

    expect(run.state).toMatchObject({ kind: 'verifying', brokeOffAt: secondsAfter(45) })
  })

  it('while Rancher’s writers disagree and it changes between active and unavailable, and ends as not back', async () => {
    const run = await watched(
      (index) => {
        const [turn, isUp] = [Math.floor(index / 3) * 15, Math.floor(index / 3) % 2 === 0]
        return isUp
          ? { ...wellOn212, conditions: [ready('True', turn), connected('True', 6)] }
          : { ...wellOn212, state: 'unavailable', conditions: [ready('False', turn)] }
      },
      { looks: FOR_GOOD + 6 },
    )

    expect(run.state.kind).toBe('not-recovered')
  })

  it.each([
    ['v2.5.16', 'amazonElasticContainerService'],
    ['v2.4.18', 'googleKubernetesEngine'],
  ])(
    'by Rancher %s that finds a hosted cluster (%s) ready without its agents',
    async (version, driver) => {
      const seen = { ...wellOn215, version, driver, conditions: [ready('True', -3_600)] }
      const run = await watched(seen, { wasConnected: true })

      expect(missingIn(run)).toContain('Rancher reaches a hosted cluster without its agents too')
    },
  )

  it('by a hosted cluster of 2.6.2 that is ready while its agents are not connected', async () => {
    const conditions = [ready('True', 8), connected('True', -600)]
    const run = await watched({ ...wellOn212, version: 'v2.6.2', driver: 'EKS', conditions })

    expect(missingIn(run)).toContain('Rancher’s Connected is older than the apply')
  })

  it('by the old pod, which serves on while the new one crashes', async () => {
    const run = await watched({
      ...wellOn212,
      deploymentStatus: { replicas: 2, readyReplicas: 1, updatedReplicas: 1 },
    })

    expect(missingIn(run)).toContain('its rollout is not complete yet')
  })

  it('by a pod that is older than the apply, whatever the Deployment says', async () => {
    const run = await watched({
      ...wellOn212,
      pod: { ...wellOn212.pod, createdAt: secondsAfter(-60) },
    })

    expect(missingIn(run)).toContain('pod cattle-cluster-agent-1 is older than the apply')
  })

  it('by nodes that are shown as running', async () => {
    const run = await watched({ ...wellOn215, nodeAgent: null })

    expect(missingIn(run)).toBe('the DaemonSet cattle-node-agent is not there')
  })

  it.each([
    ['pin another authority', { checksum: 'beef' }, 'pins another certificate authority'],
    ['go to another server', { server: 'https://old.example.com' }, 'goes to another server'],
    ['lack the feature', { features: 'fleet=false' }, 'multi-cluster-management-agent=true is not'],
  ])('while its agents %s', async (_what, changed, missing) => {
    expect(missingIn(await watched({ ...wellOn212, ...changed }))).toContain(missing)
  })

  it('while a node agent still pins another authority', async () => {
    const nodeAgent = { ready: 3, checksum: 'beef' }

    expect(missingIn(await watched({ ...wellOn215, nodeAgent }))).toBe(
      'DaemonSet cattle-node-agent: pins another certificate authority',
    )
  })

  it('while calls through the tunnel fail', async () => {
    const run = await watched({ ...wellOn212, tunnel: { status: 500, uid: '' } })

    expect(missingIn(run)).toBe('a call through Rancher’s tunnel fails: Rancher answers 500')
  })

  it('ever, when another cluster answers through the tunnel; that ends as not back and says why', async () => {
    const seen = { ...wellOn212, tunnel: { status: 200, uid: 'uid-of-a-clone' } }
    const run = await watched(seen, { looks: FOR_GOOD })

    expect(run.state.kind).toBe('not-recovered')
    expect(missingIn(run)).toContain(
      'through Rancher’s tunnel another cluster answers (kube-system has uid uid-of-a-clone, not uid-of-this-cluster)',
    )
  })

  it('before Rancher has pushed its own manifest, where the plan asked it to', async () => {
    const step = {
      ask: 'push-own-manifest',
      cluster: 'c-1',
      annotation: 'io.cattle.agent.force.deploy',
      value: 'true',
    } as const
    const asked = { ...wellOn212, annotations: { [step.annotation]: 'true' } }
    const run = await watched(asked, { effects: { rancher: [step] } })
    expect(missingIn(run)).toBe('Rancher has not pushed its own manifest yet')

    const pushed = { ...wellOn212, annotations: { [step.annotation]: 'false' } }
    const { state } = await world.lookTimes(13, () => pushed)
    expect(state.kind).toBe('recovered')
  })
})
