import { buildPlan } from '../src/planning/index.ts'
import { done, type Handlers, type WorkJobs } from '../src/queue/index.ts'
import { diagnosisOf, writeNamesOf } from '../src/recovery/index.ts'
import { endWithFailure } from './end-with-failure.ts'
import type { WorkParts } from './parts.ts'

/** Works out the exact change that would reconnect the cluster, and puts it up for approval. */
export function createPlanJob(parts: WorkParts): Handlers<WorkJobs>['plan'] {
  const { runs, change, rancher, openCluster, clock } = parts

  return async function planJob({ run: runId }, { signal }) {
    const run = await runs.load(runId)
    const clusterId = run && diagnosisOf(run)?.cluster.id
    if (!run || !clusterId) return done
    if (run.state.kind !== 'diagnosed' && run.state.kind !== 'superseded') return done
    try {
      const [rancherCluster, cluster] = await Promise.all([
        rancher.cluster(clusterId, signal),
        openCluster(run.cluster),
      ])
      const { plan } = await buildPlan({ rancher, cluster, rancherCluster, signal })
      if (writeNamesOf(plan).length === 0) {
        await change(runId, () => ({ type: 'conclude', reason: NOTHING_TO_CHANGE }))
        return done
      }
      const expiresAt = new Date(clock().getTime() + parts.approvalExpiresInMs).toISOString()
      await change(runId, () => ({ type: 'propose', plan, expiresAt }))
      return done
    } catch (error) {
      return endWithFailure(parts, runId, 'plan', error, signal)
    }
  }
}

const NOTHING_TO_CHANGE =
  'Every object of the agents is already as Rancher wants it, so applying again would change nothing. Look at the agents’ log lines above.'
