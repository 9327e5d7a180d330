import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { keptByRancher } from '../../lab/local-cluster/index.ts'
import { type LabRancher, startRancher } from '../../lab/rancher/index.ts'
import { diagnose } from '../../src/diagnosis/index.ts'
import { Secret } from '../../src/observe/index.ts'
import { createRancher, createRancherByWays, type RancherWay } from '../../src/rancher/index.ts'
import { openWays, type Ways } from '../contract/support/ways.ts'
import { agents } from './builders.ts'

const LIMIT_MS = 4_000

let lab: LabRancher
let ways: Ways
beforeEach(async () => {
  lab = await startRancher()
  lab.addCluster({ name: 'myk8s', lost: true })
  ways = await openWays(keptByRancher(lab, false))
})
afterEach(async () => {
  await ways.end()
  await lab.close()
})

async function diagnosed(names: readonly ['kubeconfig'] | readonly ['api', 'kubeconfig']) {
  const { url, caPem } = lab
  const network = { url, caPem, timeoutMs: LIMIT_MS }
  const kubeconfig: RancherWay = {
    name: 'kubeconfig local.yaml',
    isApi: false,
    rancher: ways.connect('kubeconfig', network),
  }
  const token = new Secret(lab.apiToken)
  const api: RancherWay = {
    name: 'API',
    isApi: true,
    rancher: createRancher({ ...network, token }),
  }
  const rancher = createRancherByWays(names.length === 1 ? [kubeconfig] : [api, kubeconfig])
  try {
    const { diagnosis } = await diagnose(
      {
        cluster: 'myk8s',
        rancher,
        openCluster: async () => ({
          server: 'https://192.0.2.10:6443',
          identity: async () => ({
            uid: 'uid',
            server: 'https://192.0.2.10:6443',
            caPem: null,
            version: 'v1.11.6',
          }),
          observeAgents: async () => agents({}),
        }),
        caPem,
        fingerprint: () => 'fp:',
        clock: () => performance.now(),
        limits: { probeMs: LIMIT_MS },
      },
      AbortSignal.timeout(20_000),
    )
    return diagnosis
  } finally {
    rancher.close()
  }
}

describe.each([[['kubeconfig'] as const], [['api', 'kubeconfig'] as const]])(
  'a Rancher that is read by %s',
  (names) => {
    it('is still called unreachable when nothing answers at its address', async () => {
      await lab.goDown()
      const { causes, notes } = await diagnosed(names)
      expect(causes[0]).toMatchObject({
        id: 'rancher-unreachable',
        confidence: 'certain',
        reapplyHelps: false,
      })
      expect(causes.map(({ id }) => id)).not.toContain('rancher-failing')
      expect(notes.some((note) => note.includes('API: No connection'))).toBe(names.length > 1)
    })

    it('is still called failing when a proxy answers in its place', async () => {
      lab.answerEverythingWith({ status: 503, body: 'no backend', contentType: 'text/html' })
      const { causes } = await diagnosed(names)
      expect(causes[0]).toMatchObject({
        id: 'rancher-failing',
        confidence: 'certain',
        reapplyHelps: false,
      })
    })
  },
)
