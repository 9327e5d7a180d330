import type { AgentPod } from '../cluster/index.ts'
import { refusalsOf } from './agent-log.ts'
import { clusterAgentOf } from './agents.ts'
import type { Observations } from './observations.ts'

/** What the start script prints before it asks Rancher anything (package/run.sh). */
const BEFORE_RANCHER = /^INFO: (Environment: |Using resolv\.conf)/

/**
 * Whether the agents have just started and have not said yet how they fare: then a fault that shows only in their log may hide
 * behind one that shows elsewhere. False where no pod is on its way.
 */
export function haveNotSpokenYet(observations: Observations): boolean {
  const pods = clusterAgentOf(observations)?.pods ?? []
  return pods.length > 0 && pods.every((pod) => isSilent(pod, observations.observedAt))
}

function isSilent(pod: AgentPod, observedAt: string): boolean {
  if (pod.waitingReason === 'ContainerCreating') return true
  const last = pod.logLines?.at(-1)
  const isBeforeRancher = last === undefined || BEFORE_RANCHER.test(last)
  return pod.logLines !== null && isBeforeRancher && refusalsOf(pod, observedAt).length === 0
}
