import { featuresText, NEEDED_FEATURE } from '../manifest/index.ts'
import {
  agentsExpected,
  FORCE_DEPLOY,
  type RancherCluster,
  type RancherVersion,
} from '../rancher/index.ts'
import type { RancherStep } from '../recovery/index.ts'

/** What it takes that the agent opens the session by which Rancher counts a cluster as connected. */
export interface SecondSession {
  /** The value of CATTLE_FEATURES; null where the version needs none or Rancher does not say. */
  readonly features: string | null
  readonly steps: readonly RancherStep[]
  readonly notes: readonly string[]
}

/**
 * From Rancher 2.6 on the agent needs CATTLE_FEATURES, which the import manifest lacks. Rancher says them in the cluster's
 * `agentFeatures`; where it does not, it must push its own manifest, which has them (rancher-v2.12.0/timelines).
 */
export function secondSession(version: RancherVersion, cluster: RancherCluster): SecondSession {
  if (!agentsExpected(version, cluster).features) return { features: null, steps: [], notes: [] }
  const features = featuresText(cluster.agentFeatures)
  if (features !== null) {
    const isComplete = features.split(',').includes(NEEDED_FEATURE)
    return { features, steps: [], notes: isComplete ? [] : [INCOMPLETE] }
  }
  const step: RancherStep = {
    ask: 'push-own-manifest',
    cluster: cluster.id,
    annotation: FORCE_DEPLOY,
    value: 'true',
  }
  return { features, steps: [step], notes: [PUSHED] }
}

const INCOMPLETE = `Rancher’s agentFeatures of this cluster lack ${NEEDED_FEATURE}: with these the agent opens a tunnel, but Rancher will not count the cluster as connected.`

const PUSHED =
  'Rancher does not say which features the agent needs, so it is asked to push its own manifest once the tunnel is up: the agents restart a second time then.'
