import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import * as z from 'zod'
import { type LabCluster, startCluster } from '../../lab/cluster/index.ts'
import { type LabRancher, startRancher } from '../../lab/rancher/index.ts'
import { installAgents } from '../../lab/world/install-agents.ts'
import { type Cluster, fingerprintOf, openCluster } from '../../src/cluster/index.ts'
import { diagnose } from '../../src/diagnosis/index.ts'
import { Secret } from '../../src/observe/index.ts'
import { buildPlan } from '../../src/planning/index.ts'
import { createRancher, type Rancher } from '../../src/rancher/index.ts'
import { Failure } from '../../src/recovery/index.ts'
import { mutated, pick, seededRandom } from './support/mutate.ts'
import { type MutatingProxy, startMutatingProxy } from './support/mutating-proxy.ts'

/** For each version; together more than 10,000. */
const MUTATED_ANSWERS = 5_500
const KEY = new Uint8Array(32)
const LIMIT_MS = 5_000

const diagnosisShape = z.object({
  cluster: z.object({ id: z.string().nullable(), name: z.string() }),
  rancherState: z.string().nullable(),
  lostSince: z.string().nullable(),
  causes: z
    .array(
      z.object({
        id: z.string().min(1),
        confidence: z.enum(['certain', 'likely', 'possible']),
        summary: z.string().min(1),
        remedy: z.string().min(1),
        reapplyHelps: z.boolean(),
      }),
    )
    .min(1),
  notes: z.array(z.string().min(1)),
})

const planShape = z.object({
  digest: z.string().length(64),
  restartsPods: z.number().int().min(0),
  notes: z.array(z.string().min(1)),
  effects: z.object({
    objects: z.array(
      z.object({
        action: z.enum(['create', 'update', 'unchanged']),
        changes: z.array(
          z.object({ path: z.string(), from: z.string().optional(), to: z.string().optional() }),
        ),
        takesOverFrom: z.array(z.string()),
      }),
    ),
  }),
})

const fingerprint = (value: Secret | string) =>
  fingerprintOf(KEY, typeof value === 'string' ? value : value.reveal())

describe.each(['2.1.5', '2.12.0'])(
  'answers that Rancher %s and an API server never gave',
  (version) => {
    let lab: LabRancher
    let labCluster: LabCluster
    let clusterProxy: MutatingProxy
    let rancherProxy: MutatingProxy
    let folder: string
    let clusterId: string
    let rancher: Rancher

    beforeAll(async () => {
      lab = await startRancher({ timeScale: 0.01, version })
      labCluster = await startCluster({ timeScale: 0.01, credential: 'token' })
      clusterProxy = await startMutatingProxy(labCluster.server)
      rancherProxy = await startMutatingProxy(lab.url)
      lab.setSetting('server-url', rancherProxy.url)
      const { id, registrationToken } = lab.addCluster({
        name: 'myk8s',
        lost: true,
        apiEndpoint: labCluster.server,
        apiServerCaPem: clusterProxy.caPem,
      })
      clusterId = id
      labCluster.blockEgress(true)
      await installAgents(lab, labCluster, { token: registrationToken, clusterId })
      folder = await mkdtemp(join(tmpdir(), 'reagent-mutated-'))
      await writeFile(
        join(folder, 'kubeconfig.yaml'),
        labCluster.kubeconfig
          .replaceAll(labCluster.server, clusterProxy.url)
          .replace(
            Buffer.from(labCluster.caPem).toString('base64'),
            Buffer.from(clusterProxy.caPem).toString('base64'),
          ),
      )
      rancher = createRancher({
        url: rancherProxy.url,
        token: new Secret(lab.apiToken),
        caPem: rancherProxy.caPem,
        timeoutMs: LIMIT_MS,
      })
    })
    afterAll(async () => {
      rancher.close()
      await Promise.all([rancherProxy.close(), clusterProxy.close()])
      await Promise.all([lab.close(), labCluster.close()])
      await rm(folder, { recursive: true, force: true })
    })

    /** A connection of its own each time, because what a server said about itself is kept. */
    const open = (): Promise<Cluster> =>
      openCluster({
        source: { kind: 'file', path: join(folder, 'kubeconfig.yaml') },
        timeoutMs: LIMIT_MS,
        fingerprintKey: KEY,
      })

    async function diagnosed(cluster: Cluster, signal: AbortSignal): Promise<unknown> {
      const { diagnosis } = await diagnose(
        {
          cluster: 'myk8s',
          rancher,
          openCluster: async () => cluster,
          caPem: rancherProxy.caPem,
          fingerprint,
          clock: () => performance.now(),
          limits: { probeMs: LIMIT_MS },
        },
        signal,
      )
      return diagnosisShape.parse(diagnosis)
    }

    async function planned(cluster: Cluster, signal: AbortSignal): Promise<unknown> {
      const rancherCluster = await rancher.cluster(clusterId, signal)
      const { plan } = await buildPlan({ rancher, cluster, rancherCluster, signal })
      return planShape.parse(plan)
    }

    it('pass unchanged through the proxies: without a mutation, everything works', async () => {
      const cluster = await open()
      const signal = AbortSignal.timeout(20_000)
      await expect(diagnosed(cluster, signal)).resolves.toBeDefined()
      await expect(planned(cluster, signal)).resolves.toBeDefined()
      cluster.close()
    })

    it('lead to a typed result or a coded failure, and never to a write, whatever is changed in them', async () => {
      const random = seededRandom(20261125)
      let count = 0
      // Many answers at once, or only now and then one, so that what comes after it is reached too.
      const changing = (share: number) => (text: string) => {
        if (random() >= share) return text
        count += 1
        return mutated(text, random)
      }
      const outcomes = new Map<string, number>()
      const strange: string[] = []
      for (let round = 0; count < MUTATED_ANSWERS; round += 1) {
        const share = pick([0.2, 0.5, 1], random) ?? 1
        rancherProxy.mutate = round % 3 === 1 ? null : changing(share)
        clusterProxy.mutate = round % 3 === 2 ? null : changing(share)
        const cluster = await open()
        const signal = AbortSignal.timeout(20_000)
        const works = [diagnosed, planned].map((work) => work(cluster, signal))
        for (const result of await Promise.allSettled(works)) {
          const outcome = result.status === 'fulfilled' ? 'typed result' : codeOf(result.reason)
          outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1)
          if (outcome === NOT_CODED && result.status === 'rejected') {
            strange.push(`round ${round}: ${describeError(result.reason)}`)
          }
        }
        cluster.close()
      }
      expect(strange.slice(0, 5)).toEqual([])
      expect(count).toBeGreaterThanOrEqual(MUTATED_ANSWERS)
      expect(outcomes.get('typed result')).toBeGreaterThan(100)
      expect(outcomes.size).toBeGreaterThan(5)
      const writes = labCluster.writes.filter(({ dryRun, status }) => !dryRun && status < 300)
      expect(writes).toEqual([])
    }, 300_000)
  },
)

const NOT_CODED = 'not a coded failure'

function codeOf(thrown: unknown): string {
  const isCoded = thrown instanceof Failure && thrown.code !== 'internal.unexpected'
  return isCoded ? thrown.code : NOT_CODED
}

function describeError(thrown: unknown): string {
  const cause = thrown instanceof Failure ? thrown.cause : thrown
  return cause instanceof Error ? String(cause.stack).slice(0, 600) : String(cause)
}
