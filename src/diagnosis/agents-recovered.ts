import type { AgentPod, AgentsObserved, AgentWorkload } from '../cluster/index.ts'
import { NEEDED_FEATURE } from '../manifest/index.ts'
import type { AgentsExpected } from '../rancher/index.ts'
import type { Plan } from '../recovery/index.ts'

/** What was applied, and from when on its agents must date. */
export interface Applied {
  readonly plan: Plan
  /** ISO time just before the first write, by the worker's clock. */
  readonly since: string
}

/**
 * What the agents in the cluster lack for being those that were applied; empty when nothing. Running and ready says little: from 2.6 on
 * there is no readiness probe, and an old pod serves on while a new one crashes. So each must be of the current template, told what
 * the plan wanted, and not older than an apply that replaces it, unless it shows itself that it is of that template: an apply that
 * takes a broken rollout back keeps the pods which that had not reached.
 */
export function missingAgents(
  agents: AgentsObserved,
  { nodeAgent, features }: Pick<AgentsExpected, 'nodeAgent' | 'features'>,
  applied: Applied,
): readonly string[] {
  const { clusterAgent } = agents
  if (!clusterAgent) return ['the Deployment cattle-cluster-agent is not there']
  const lacksFeatures =
    features && !(clusterAgent.env.CATTLE_FEATURES ?? '').split(',').includes(NEEDED_FEATURE)
  return [
    ...missingOf(clusterAgent, applied),
    ...(lacksFeatures ? [`Deployment cattle-cluster-agent: ${NEEDED_FEATURE} is not set`] : []),
    ...(nodeAgent && !agents.nodeAgent ? ['the DaemonSet cattle-node-agent is not there'] : []),
    ...(nodeAgent && agents.nodeAgent ? missingOf(agents.nodeAgent, applied) : []),
  ]
}

/** The workloads that count on a cluster of this kind; a node agent that an older Rancher left behind does not. */
export function expectedWorkloads(
  { clusterAgent, nodeAgent }: AgentsObserved,
  expected: Pick<AgentsExpected, 'nodeAgent'>,
): readonly AgentWorkload[] {
  return [clusterAgent, expected.nodeAgent ? nodeAgent : null].filter((it) => it !== null)
}

function missingOf(workload: AgentWorkload, { plan, since }: Applied): readonly string[] {
  const { ref, env } = workload
  const { caChecksum, rancherUrl } = plan.effects
  // While the rollout goes on, that says it.
  const mustBeNew = workload.rolledOut && isReplaced(workload, plan)
  const older = mustBeNew
    ? workload.pods.filter((pod) => isAlive(pod) && isOlder(pod, since) && !pod.isOfTemplate)
    : []
  const missing = [
    ...(workload.rolledOut ? [] : [rollout(workload)]),
    ...((env.CATTLE_CA_CHECKSUM ?? '') === caChecksum
      ? []
      : ['pins another certificate authority']),
    ...(withoutSlash(env.CATTLE_SERVER ?? '') === withoutSlash(rancherUrl)
      ? []
      : ['goes to another server']),
    ...older.map(
      ({ name }) =>
        `pod ${name} is older than the apply; if it stays so, compare the clocks of the cluster and the worker`,
    ),
  ]
  return missing.map((what) => `${ref.kind} ${ref.name}: ${what}`)
}

function rollout({ readyPods, updatedPods, desiredPods }: AgentWorkload): string {
  const newPods = Math.min(readyPods, updatedPods)
  return newPods < desiredPods
    ? `${newPods} of ${desiredPods} pods are new and ready`
    : 'its rollout is not complete yet'
}

/** Whether this apply replaces the workload's pods: it creates it, changes its template, or starts it from none. */
function isReplaced({ ref }: AgentWorkload, plan: Plan): boolean {
  const planned = plan.effects.objects.find(
    (object) => object.ref.kind === ref.kind && object.ref.name === ref.name,
  )
  if (!planned) return false
  return (
    planned.action === 'create' ||
    planned.changes.some(
      ({ path }) => path.startsWith('spec.template.') || path === 'spec.replicas',
    )
  )
}

/** What was evicted or has ended stays listed for a while, and serves nobody. */
function isAlive({ phase, isTerminating }: AgentPod): boolean {
  return !isTerminating && phase !== 'Failed' && phase !== 'Succeeded'
}

/** Kubernetes writes whole seconds, cut off. */
function isOlder({ createdAt }: AgentPod, since: string): boolean {
  if (createdAt === null) return false
  return Math.floor(Date.parse(createdAt) / 1000) < Math.floor(Date.parse(since) / 1000)
}

function withoutSlash(url: string): string {
  return url.replace(/\/+$/, '')
}
