import type { KeyObject } from 'node:crypto'
import { statSync } from 'node:fs'
import { createApplyJob } from '../../jobs/apply.ts'
import { createDiagnoseJob } from '../../jobs/diagnose.ts'
import { createExpireJob } from '../../jobs/expire.ts'
import { createLookJob } from '../../jobs/look.ts'
import type { WorkParts } from '../../jobs/parts.ts'
import { createPlanJob } from '../../jobs/plan.ts'
import { createRecheckJob } from '../../jobs/recheck.ts'
import { createSweepJob } from '../../jobs/sweep.ts'
import { createVerifyJob } from '../../jobs/verify.ts'
import { type Cluster, fingerprintOf, openCluster } from '../cluster/index.ts'
import type { ClusterConfig, Config, RancherConfig } from '../config/index.ts'
import {
  type CallDone,
  type Log,
  type Meter,
  measured,
  Secret,
  silentMeter,
} from '../observe/index.ts'
import { createChangeRun } from '../operations/index.ts'
import {
  type Consumer,
  type Handlers,
  startConsumer,
  WORK_QUEUE,
  type WorkJobs,
} from '../queue/index.ts'
import { Failure } from '../recovery/index.ts'
import { KEY_PREFIX } from '../store/index.ts'
import { fingerprintKeyFrom } from './fingerprint-key.ts'
import { joinWays, openRancherWays } from './open-rancher.ts'
import type { Store } from './open-store.ts'
import { reportAttempts } from './report-attempt.ts'

/** The half of Reagent that holds the credentials of Rancher and the clusters. */
export interface WorkerHalf {
  readonly parts: WorkParts
  start(): Promise<Consumer>
  close(): void
}

export function openWorker(
  config: Config & { readonly rancher: RancherConfig },
  store: Store,
  verifyKey: KeyObject,
  log: Log,
  clock: () => Date,
  meter: Meter = silentMeter,
): WorkerHalf {
  const { runs, leases, producer } = store
  const { policy } = config
  const { caPem, timeoutMs } = config.rancher
  const rancher = measured(joinWays(openRancherWays(config.rancher)), meter.rancherCall)
  const fingerprintKey = fingerprintKeyFrom(config.rancher, config.signingKey)
  const clusters = keepClusters(config.clusters, fingerprintKey, meter, (nameOrId) =>
    rancher.findCluster(nameOrId, AbortSignal.timeout(timeoutMs)).then(({ name }) => name),
  )
  const parts: WorkParts = {
    runs,
    leases,
    producer,
    change: createChangeRun({ runs, producer, policy, clock }),
    policy,
    verifyKey,
    rancher,
    rancherCaPem: caPem,
    openCluster: clusters.open,
    fingerprint: (value) =>
      fingerprintOf(fingerprintKey, value instanceof Secret ? value.reveal() : value),
    clock,
    approvalExpiresInMs: config.approvalExpiresInMs,
    recheckEveryMs: config.recheckEveryMs,
    proof: config.proof,
    probeLimitMs: config.probeLimitMs,
    log,
  }
  const handlers: Handlers<WorkJobs> = {
    diagnose: createDiagnoseJob(parts),
    plan: createPlanJob(parts),
    expire: createExpireJob(parts),
    recheck: createRecheckJob(parts),
    apply: createApplyJob(parts),
    verify: createVerifyJob(parts),
    look: createLookJob(parts),
    sweep: createSweepJob(parts),
  }
  return {
    parts,
    async start() {
      await producer.sweepEvery(config.queue.sweepEveryMs)
      return startConsumer(handlers, {
        redis: store.connectConsumer(),
        prefix: KEY_PREFIX,
        queue: WORK_QUEUE,
        concurrency: config.queue.concurrency,
        lockMs: config.queue.lockMs,
        ...reportAttempts(log, meter),
      })
    },
    close() {
      clusters.close()
      rancher.close()
    },
  }
}

/** Keeps one connection a cluster open between jobs; a kubeconfig that was changed on disk is read again. */
function keepClusters(
  configured: ReadonlyMap<string, ClusterConfig>,
  fingerprintKey: Uint8Array,
  meter: Pick<Meter, 'clusterCall' | 'clusterWrite'>,
  nameOf: (id: string) => Promise<string>,
) {
  const kept = new Map<string, { readonly changedMs: number; readonly cluster: Promise<Cluster> }>()

  function countCall(done: CallDone): void {
    meter.clusterCall(done)
    if (done.call === 'write') meter.clusterWrite(done.outcome)
  }

  async function open(nameOrId: string): Promise<Cluster> {
    const name = configured.has(nameOrId) ? nameOrId : await nameOf(nameOrId).catch(() => nameOrId)
    const config = configured.get(name)
    if (!config) {
      throw new Failure('cluster.no-credentials', {
        cluster: name,
        tried: 'no kubeconfig is configured',
      })
    }
    const changedMs = statSync(config.kubeconfig, { throwIfNoEntry: false })?.mtimeMs ?? 0
    const known = kept.get(name)
    if (known?.changedMs === changedMs) return known.cluster
    known?.cluster.then((cluster) => cluster.close()).catch(() => undefined)
    const cluster = openCluster({
      source: { kind: 'file', path: config.kubeconfig },
      timeoutMs: config.timeoutMs,
      fingerprintKey,
    }).then((opened) => measured(opened, countCall))
    kept.set(name, { changedMs, cluster })
    cluster.catch(() => kept.delete(name))
    return cluster
  }

  return {
    open,
    close() {
      for (const { cluster } of kept.values())
        cluster.then((one) => one.close()).catch(() => undefined)
    },
  }
}
