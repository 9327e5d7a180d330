import { hkdfSync, type KeyObject } from 'node:crypto'
import { createApplyJob } from '../../jobs/apply.ts'
import { createDiagnoseJob } from '../../jobs/diagnose.ts'
import { createExpireJob } from '../../jobs/expire.ts'
import { createLookJob } from '../../jobs/look.ts'
import type { WorkParts } from '../../jobs/parts.ts'
import { createPlanJob } from '../../jobs/plan.ts'
import { createRecheckJob } from '../../jobs/recheck.ts'
import { createSweepJob } from '../../jobs/sweep.ts'
import { createVerifyJob } from '../../jobs/verify.ts'
import { fingerprintOf } from '../cluster/index.ts'
import type { Config, RancherConfig } from '../config/index.ts'
import { type Log, type Meter, measured, Secret, silentMeter } from '../observe/index.ts'
import { createChangeRun } from '../operations/index.ts'
import {
  type Consumer,
  type Handlers,
  startConsumer,
  WORK_QUEUE,
  type WorkJobs,
} from '../queue/index.ts'
import { createRancher } from '../rancher/index.ts'
import { KEY_PREFIX } from '../store/index.ts'
import { keepClusters } from './keep-clusters.ts'
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
  const { url, token, caPem, timeoutMs } = config.rancher
  const rancher = measured(createRancher({ url, token, caPem, timeoutMs }), meter.rancherCall)
  const fingerprintKey = fingerprintKeyFrom(token)
  const clusters = keepClusters({
    config,
    rancherConfig: config.rancher,
    rancher,
    fingerprintKey,
    meter,
    clock,
  })
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
    configuredClusters: [...config.clusters.keys()],
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

/**
 * Workers that share a Rancher token compute the same fingerprints, so a plan that one showed can be compared by another;
 * without the token, a fingerprint says nothing about the value.
 */
function fingerprintKeyFrom(token: Secret): Uint8Array {
  return new Uint8Array(hkdfSync('sha256', token.reveal(), '', 'reagent fingerprints', 32))
}
