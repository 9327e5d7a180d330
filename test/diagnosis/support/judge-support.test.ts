import { describe, expect, it } from 'vitest'
import { judgeSupport } from '../../../src/diagnosis/index.ts'
import { rancherVersionOf } from '../../../src/rancher/index.ts'
import { node } from '../builders.ts'

type Question = Parameters<typeof judgeSupport>[0]

function judged(rancher: string, over: Partial<Question> = {}) {
  const verdicts = judgeSupport({
    rancher: rancherVersionOf(rancher),
    driver: 'imported',
    provider: '',
    kubernetesVersion: 'v1.11.6',
    nodes: [],
    ...over,
  })
  const of = (wanted: string) =>
    verdicts.filter(({ kind }) => kind === wanted).map(({ text }) => text)
  return { warnings: of('unsupported'), supported: of('supported'), notKnown: of('not-known') }
}

function onDocker(rancher: string, runtime: string, kubernetesVersion: string) {
  const nodes = [node({ name: 'w2', runtime, kubeletVersion: kubernetesVersion, osImage: '' })]
  const { warnings, supported, notKnown } = judged(rancher, { kubernetesVersion, nodes })
  const ofRuntime = (texts: readonly string[]) => texts.filter((text) => text.includes('docker'))
  return {
    warnings: ofRuntime(warnings),
    supported: ofRuntime(supported),
    notKnown: ofRuntime(notKnown),
  }
}

describe('Docker on a node', () => {
  it('is the incident’s: 18.09 under Rancher 2.1.5', () => {
    expect(onDocker('v2.1.5', 'docker://18.9.1', 'v1.11.6').warnings).toEqual([
      'node w2 runs docker 18.09; Rancher 2.1.5 supports up to 17.03',
    ])
  })

  it.each([
    ['v2.1.5', '17.3.2', 'v1.11.6', 'supported'],
    ['v2.1.5', '1.12.6', 'v1.11.6', 'supported'],
    ['v2.1.5', '18.6.1', 'v1.12.4', 'supported'],
    ['v2.1.5', '18.9.1', 'v1.12.4', 'warnings'],
    ['v2.1.5', '17.12.1', 'v1.12.4', 'warnings'],
    ['v2.2.0', '19.3.15', 'v1.13.5', 'supported'],
    ['v2.3.5', '20.10.7', 'v1.16.1', 'warnings'],
    ['v2.4.8', '20.10.7', 'v1.18.1', 'supported'],
    ['v2.7.4', '23.0.1', 'v1.25.1', 'warnings'],
    ['v2.7.5', '23.0.1', 'v1.25.1', 'supported'],
    ['v2.9.2', '26.1.4', 'v1.29.1', 'supported'],
    ['v2.9.2', '27.5.1', 'v1.29.1', 'supported'],
    ['v2.9.2', '28.0.1', 'v1.29.1', 'warnings'],
    ['v2.11.3', '28.1.1', 'v1.31.1', 'supported'],
    ['v2.12.0', '28.1.1', 'v1.32.1', 'notKnown'],
    ['v2.15.0', '28.1.1', 'v1.35.1', 'notKnown'],
    ['dev', '18.9.1', 'v1.11.6', 'notKnown'],
  ] as const)(
    'under Rancher %s: %s with Kubernetes %s is %s',
    (rancher, docker, kubernetes, kind) => {
      const found = onDocker(rancher, `docker://${docker}`, kubernetes)
      expect(found[kind]).toHaveLength(1)
      expect(Object.values(found).flat()).toHaveLength(1)
    },
  )

  it('names the supported versions when it is none of them, but not newer', () => {
    expect(onDocker('v2.2.3', 'docker://17.12.1', 'v1.13.5').warnings[0]).toBe(
      'node w2 runs docker 17.12; Rancher 2.2.3 supports 1.11, 1.12, 1.13, 17.03, 17.06, 17.09, 18.06, 18.09 and 19.03',
    )
  })

  it('needs cri-dockerd from Kubernetes 1.24 on, which is said', () => {
    expect(onDocker('v2.12.0', 'docker://28.1.1', 'v1.31.1').notKnown[0]).toBe(
      'node w2 runs docker 28.1; Rancher 2.12.0 builds no clusters on docker any more; Kubernetes from 1.24 on needs cri-dockerd for it',
    )
  })

  it('is one line for all nodes with the same finding', () => {
    const names = Array.from({ length: 250 }, (_, index) => `w${index}`)
    const nodes = names.map((name) => node({ name, runtime: 'docker://18.9.1' }))
    expect(judged('v2.1.5', { nodes }).warnings).toEqual([
      'nodes w0, w1, w2 and 247 more run docker 18.09; Rancher 2.1.5 supports up to 17.03',
    ])
  })
})

describe('Kubernetes under Rancher', () => {
  it.each([
    ['v2.1.5', 'v1.12.4', 'supported'],
    ['v2.1.5', 'v1.13.0', 'warnings'],
    ['v2.1.5', 'v1.8.9', 'warnings'],
    ['v2.2.3', 'v1.15.1', 'supported'],
    ['v2.2.3', 'v1.11.1', 'notKnown'],
    ['v2.3.1', 'v1.13.1', 'supported'],
    ['v2.3.2', 'v1.13.1', 'warnings'],
    ['v2.3.3', 'v1.14.1', 'supported'],
    ['v2.3.4', 'v1.14.1', 'warnings'],
    ['v2.5.5', 'v1.20.2', 'warnings'],
    ['v2.5.6', 'v1.20.2', 'supported'],
    ['v2.5.7', 'v1.16.2', 'supported'],
    ['v2.5.8', 'v1.16.2', 'warnings'],
    ['v2.12.0', 'v1.20.2', 'warnings'],
    ['v2.12.0', 'v1.33.1+rke2r1', 'supported'],
    ['v2.13.1', 'v1.32.1', 'notKnown'],
    ['v2.13.1', 'v1.31.1', 'warnings'],
    ['v2.14.0', 'v1.35.0', 'supported'],
    ['v2.15.0', 'v1.35.0', 'notKnown'],
    ['dev', 'v1.20.2', 'notKnown'],
    ['v2.1.5', 'v0.0.0-master+$Format:%h$', 'notKnown'],
    ['v2.1.5', '', 'notKnown'],
  ] as const)('%s: %s is %s', (rancher, kubernetesVersion, kind) => {
    const found = judged(rancher, { kubernetesVersion })
    expect(found[kind]).toHaveLength(1)
    expect(Object.values(found).flat()).toHaveLength(1)
  })

  it('says which versions are supported', () => {
    expect(judged('v2.12.0', { kubernetesVersion: 'v1.20.2' }).warnings).toEqual([
      'Kubernetes 1.20.2; Rancher 2.12.0 supports 1.31 to 1.33',
    ])
  })

  it('names nodes whose kubelet is outside', () => {
    const nodes = [node({ name: 'old', kubeletVersion: 'v1.8.1', runtime: '' })]
    expect(judged('v2.1.5', { nodes }).warnings).toEqual([
      'node old runs Kubernetes 1.8.1; Rancher 2.1.5 supports 1.9 to 1.12',
    ])
  })
})

describe('what else is known', () => {
  it('RKE1 clusters are not managed any more from Rancher 2.12 on', () => {
    const rke1 = { driver: 'rancherKubernetesEngine', kubernetesVersion: 'v1.32.1' }
    expect(judged('v2.12.0', rke1).warnings[0]).toContain('built by RKE1')
    expect(judged('v2.11.3', rke1).warnings).toEqual([])
    expect(
      judged('v2.12.0', { ...rke1, driver: 'imported', provider: 'rke' }).warnings,
    ).toHaveLength(1)
  })

  it('K3s and RKE2 bring containerd along, whatever Rancher', () => {
    const nodes = [node({ name: 'a', runtime: 'containerd://1.7.2', osImage: '' })]
    const k3s = judged('v2.12.0', { provider: 'k3s', kubernetesVersion: 'v1.32.1', nodes })
    expect(k3s.supported).toContain(
      'node a runs containerd 1.7.2, which the distribution brings along',
    )
    const other = judged('v2.12.0', { kubernetesVersion: 'v1.32.1', nodes })
    expect(other.notKnown).toEqual([
      'node a runs containerd 1.7.2; the matrix speaks of docker only',
    ])
  })

  it('of operating systems the matrix says nothing, and neither do we', () => {
    const nodes = ['w1', 'w2'].map((name) => node({ name }))
    expect(judged('v2.1.5', { nodes }).notKnown).toEqual([
      'nodes w1 and w2 run Ubuntu 16.04.7 LTS; the matrix says nothing about operating systems',
    ])
  })
})
