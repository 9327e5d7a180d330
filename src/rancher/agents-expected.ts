import type { RancherCluster } from './contract.ts'
import { has, type RancherVersion } from './version-differences.ts'

/** Which agents a cluster has, and by what Rancher shows that they are connected. */
export interface AgentsExpected {
  /** The DaemonSet cattle-node-agent; the Deployment cattle-cluster-agent is on every cluster. */
  readonly nodeAgent: boolean
  /** Whether the agent needs CATTLE_FEATURES: without, it never opens the session that Connected is about, and logs nothing wrong. */
  readonly features: boolean
  /** Conditions that must be true. */
  readonly mustBeTrue: readonly ConnectedBy[]
  /** Those of them that say something about the agents, and so must have turned true after new agents were put there. */
  readonly mustHaveTurned: readonly ConnectedBy[]
  /** Rancher reaches the cluster on its own, so Ready alone says nothing about the agents. */
  readonly readyWithoutAgents: boolean
}

type ConnectedBy = 'Ready' | 'Connected'

/** Drivers of clusters that a cloud hosts; Rancher may know a way to their API server that needs no agent. */
const HOSTED =
  /^(eks|gke|aks|alibaba|aliyun.*|amazonElasticContainerService|azureKubernetesService|googleKubernetesEngine)$/i

/**
 * What to expect of a cluster, by Rancher's version and by how the cluster came about:
 *
 * |              | cluster agent | node agent | CATTLE_FEATURES | true             | turned true                     |
 * |--------------|---------------|------------|-----------------|------------------|---------------------------------|
 * | 2.1 – 2.4    | all           | all        | –               | Ready            | Ready                           |
 * | 2.5          | all           | RKE        | –               | Ready            | Ready                           |
 * | 2.6 – 2.11   | all           | RKE        | all             | Ready, Connected | both; hosted to 2.6.2 Connected |
 * | 2.12 – 2.14  | all           | –          | all             | Ready, Connected | both                            |
 *
 * Of a version that is unnamed, the record itself tells whether it knows of Connected.
 */
export function agentsExpected(version: RancherVersion, cluster: RancherCluster): AgentsExpected {
  const isRke =
    cluster.driver === 'rancherKubernetesEngine' || /^rke(\.windows)?$/.test(cluster.provider)
  const hasConnected =
    version.acquaintance === 'unnamed'
      ? cluster.agentFeatures !== null ||
        cluster.conditions.some(({ type }) => type === 'Connected')
      : has(version, 'connectedCondition')
  const readyWithoutAgents =
    HOSTED.test(cluster.driver) && !(hasConnected && has(version, 'readyFollowsConnected'))
  return {
    nodeAgent: !has(version, 'noNodeAgent') && (isRke || !has(version, 'nodeAgentOnRkeOnly')),
    features: hasConnected,
    mustBeTrue: hasConnected ? ['Ready', 'Connected'] : ['Ready'],
    mustHaveTurned: hasConnected
      ? readyWithoutAgents
        ? ['Connected']
        : ['Ready', 'Connected']
      : ['Ready'],
    readyWithoutAgents,
  }
}
