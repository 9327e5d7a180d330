import { describe, expect, it } from 'vitest'
import { coverageOf, digestOf, type Plan, wavesOf } from '../../src/recovery/index.ts'
import { object, plan } from './history.ts'

const [a, b] = [object('Secret', 'a', 'x'), object('Deployment', 'b', 'y')]
const approved = plan([a, b])

function withEffects(change: Partial<Plan['effects']>): Plan {
  const effects = { ...approved.effects, ...change }
  return { ...approved, effects, digest: digestOf(effects) }
}

describe('an approval', () => {
  it('covers the plan that was shown', () => {
    expect(coverageOf(approved, plan([a, b]))).toEqual({ kind: 'same' })
  })

  it('covers what is left of it after an interruption', () => {
    const inPlace = { ...a, action: 'unchanged' as const, changes: [] }
    expect(coverageOf(approved, plan([inPlace, b]))).toEqual({ kind: 'partly-applied' })
  })

  it('does not cover another change to an object, one object more, or one less', () => {
    const other = object('Deployment', 'b', 'z')
    expect(coverageOf(approved, plan([a, other]))).toMatchObject({
      kind: 'different',
      reason: 'Deployment b changed',
    })
    expect(coverageOf(approved, plan([a, b, object('Secret', 'c', 'z')])).kind).toBe('different')
    expect(coverageOf(approved, plan([a])).kind).toBe('different')
  })

  it.each([
    ['another cluster', { cluster: { id: 'c-sxlbv', name: 'myk8s', uid: 'u-2' } }],
    ['another Rancher address', { rancherUrl: 'https://other.example.com' }],
    ['another authority', { caChecksum: 'b71c' }],
    ['another agent image', { agentImage: 'rancher/rancher-agent:v2.1.6' }],
  ])('does not cover %s', (_what, change) => {
    expect(coverageOf(approved, withEffects(change)).kind).toBe('different')
  })
})

describe('waves', () => {
  it('put what others rely on first and what is independent together', () => {
    const kinds = [
      'DaemonSet',
      'ClusterRoleBinding',
      'Secret',
      'Namespace',
      'Deployment',
      'ClusterRole',
    ]
    const waves = wavesOf(
      kinds.map((kind) => object(kind, kind, '')),
      (planned) => planned,
    )
    expect(waves.map((wave) => wave.map(({ ref }) => ref.kind))).toEqual([
      ['Namespace'],
      ['Secret', 'ClusterRole'],
      ['ClusterRoleBinding'],
      ['DaemonSet', 'Deployment'],
    ])
  })
})

describe('what Rancher is asked for', () => {
  const step = {
    ask: 'push-own-manifest',
    cluster: 'c-sxlbv',
    annotation: 'io.cattle.agent.force.deploy',
    value: 'true',
  } as const
  const asking = (of: Plan): Plan => {
    const effects = { ...of.effects, rancher: [step] }
    return { ...of, effects, digest: digestOf(effects) }
  }
  const unchanged = {
    ...object('Deployment', 'a', 'new'),
    action: 'unchanged',
    changes: [],
  } as const

  it('is part of the digest, and a plan that asks for nothing has the digest that it always had', () => {
    expect(asking(plan()).digest).not.toBe(plan().digest)
    expect(digestOf({ ...plan().effects })).toBe(plan().digest)
  })

  it('stays covered while it is still to be asked, when the objects are in place', () => {
    expect(coverageOf(asking(plan()), asking(plan([unchanged]))).kind).toBe('partly-applied')
  })

  it('is not covered by an approval of a plan without it, nor the other way round', () => {
    const reason = 'what Rancher is to be asked for changed'
    expect(coverageOf(plan(), asking(plan()))).toEqual({ kind: 'different', reason })
    expect(coverageOf(asking(plan()), plan())).toEqual({ kind: 'different', reason })
  })
})
