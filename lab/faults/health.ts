import type { Stage } from './stage.ts'
import { isOlderThan } from './version.ts'

/**
 * What Rancher's condition `Ready` says when it asked the cluster through its tunnel and got no good answer (`Cluster health check
 * failed` in the reference; `cluster-unavailable.json` of 2.1.5). Without a tunnel Rancher goes on saying that.
 */
export function reportUnhealthy(stage: Stage, why: string): void {
  const { rancher, clusterId, cluster, rancherVersion } = stage
  if (!hasTunnel(stage)) return
  const message = isOlderThan(rancherVersion, 2, 6)
    ? `Failed to communicate with API server: Get ${cluster.server}/api/v1/componentstatuses?timeout=30s: ${why}`
    : `Cluster health check failed: Failed to communicate with API server during namespace check: Get "${cluster.server}/api/v1/namespaces/kube-system?timeout=45s": ${why}`
  rancher.reportHealth(clusterId, message)
}

/** The condition that `reportUnhealthy` made, where it made one. */
export function unhealthySymptom(stage: Stage, why: RegExp) {
  return { rancherState: 'unavailable', ...(hasTunnel(stage) && { condition: why }) } as const
}

function hasTunnel({ rancher, clusterId }: Stage): boolean {
  return rancher.sessions(clusterId).some(({ kind }) => kind === 'cluster')
}
