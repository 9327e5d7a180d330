import type { AgentPod, AgentWorkload } from '../cluster/index.ts'
import { answerIn, type Observations } from './observations.ts'

/** The workloads that exist; the cluster agent, which holds Rancher's tunnel, first. */
export function workloadsOf(observations: Observations): readonly AgentWorkload[] {
  const agents = answerIn(observations.agents)
  return [agents?.clusterAgent, agents?.nodeAgent].filter((workload) => workload != null)
}

export function clusterAgentOf(observations: Observations): AgentWorkload | null {
  return answerIn(observations.agents)?.clusterAgent ?? null
}

/** The pods of both workloads, the cluster agent's first. */
export function podsOf(observations: Observations): readonly AgentPod[] {
  return workloadsOf(observations).flatMap(({ pods }) => pods)
}

/** `cattle-cluster-agent 1/1 and cattle-node-agent 2/3 ready`. */
export function readinessOf(workloads: readonly AgentWorkload[]): string {
  const each = workloads.map((it) => `${it.ref.name} ${it.readyPods}/${it.desiredPods}`)
  return `${each.join(' and ')} ready`
}

/** `CATTLE_CA_CHECKSUM` as set on the workload, `''` when it pins none. */
export function pinnedChecksumOf(workload: AgentWorkload): string {
  return workload.env.CATTLE_CA_CHECKSUM ?? ''
}
