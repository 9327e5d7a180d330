import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Lab, linesOf, remarks, said, startLab } from './support/lab.ts'

const VERSION = 'Cluster myk8s: Kubernetes version'

let lab: Lab
beforeAll(async () => {
  lab = await startLab()
})
afterAll(() => lab.close())

describe('reagent check of one cluster, and what its Rancher supports', () => {
  it('says when Kubernetes is newer than this Rancher supports, which fails nothing', async () => {
    lab.rancher.setSetting('server-version', 'v2.1.5')
    const lines = await linesOf(lab.parts, 'myk8s')
    expect(remarks(lines)).toEqual([`! ${VERSION}`])
    expect(said(lines, VERSION)).toMatch(
      /^Kubernetes 1\.\d+\.\d+\S*; Rancher 2\.1\.5 supports 1\.9 to 1\.12/,
    )
  })

  it('says what is supported, and of what the matrix says nothing', async () => {
    lab.rancher.setSetting('server-version', 'v2.5.6')
    const lines = await linesOf(lab.parts, 'myk8s')
    expect(remarks(lines)).toEqual([])
    expect(said(lines, 'Cluster myk8s: container runtime')).toContain('run docker 17.03')
    expect(said(lines, 'Cluster myk8s: operating system')).toContain(
      'the matrix says nothing about operating systems',
    )
  })

  it('guesses nothing for a Rancher that names no version', async () => {
    lab.rancher.setSetting('server-version', 'dev')
    lab.rancher.setSetting('agent-image', 'rancher/rancher-agent:dev')
    const lines = await linesOf(lab.parts, 'myk8s')
    expect(said(lines, VERSION)).toContain('not known: which Kubernetes versions')
  })

  it('needs no right to list nodes, and says what is not seen without it', async () => {
    lab.rancher.setSetting('server-version', 'v2.5.6')
    lab.cluster.gate.forbid((_method, path) => path.startsWith('/api/v1/nodes'))
    const lines = await linesOf(lab.parts, 'myk8s')
    lab.cluster.gate.forbid(null)
    expect(remarks(lines)).toEqual(['! Cluster myk8s: rights'])
    expect(said(lines, 'Cluster myk8s: container runtime')).toContain('may not be listed')
  })
})
