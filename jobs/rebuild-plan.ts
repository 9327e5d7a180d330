import type { Cluster, PreparedObject } from '../src/cluster/index.ts'
import { isConnected } from '../src/diagnosis/index.ts'
import { buildPlan } from '../src/planning/index.ts'
import { type Plan, type Run, writeNamesOf } from '../src/recovery/index.ts'
import type { WorkParts } from './parts.ts'

/** A plan built again from what Rancher and the cluster say now, and what is needed to apply it. */
export interface Rebuilt {
  readonly wasConnected: boolean
  readonly plan: Plan
  readonly prepared: readonly PreparedObject[]
  readonly cluster: Cluster
}

/** Builds the plan of a run again, for the same cluster in Rancher. Fails as `buildPlan` does. */
export async function rebuildPlan(
  parts: WorkParts,
  run: Run,
  shown: Plan,
  signal: AbortSignal,
): Promise<Rebuilt> {
  const [rancherCluster, cluster] = await Promise.all([
    parts.rancher.cluster(shown.effects.cluster.id, signal),
    parts.openCluster(run.cluster),
  ])
  const built = await buildPlan({ rancher: parts.rancher, cluster, rancherCluster, signal })
  return { ...built, cluster, wasConnected: isConnected(rancherCluster) }
}

/** Puts the new plan up for approval in place of one that does not hold any more; ends the run when nothing is left to write. */
export async function supersedePlan(
  { change, clock, approvalExpiresInMs }: WorkParts,
  runId: string,
  plan: Plan,
  reason: string,
): Promise<void> {
  if (writeNamesOf(plan).length === 0) {
    await change(runId, () => ({ type: 'conclude', reason: NOTHING_LEFT }))
    return
  }
  const expiresAt = new Date(clock().getTime() + approvalExpiresInMs).toISOString()
  await change(runId, () => ({ type: 'supersede', reason, plan, expiresAt }))
}

const NOTHING_LEFT =
  'Somebody applied the change meanwhile, so nothing is left to write. Give the agents a minute to connect; if Rancher does not have the cluster then, run again.'
