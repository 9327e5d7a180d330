import type { RancherCluster, RancherCondition } from '../rancher/index.ts'
import { oneLine } from './wording.ts'

export function conditionOf(cluster: RancherCluster, type: string): RancherCondition | null {
  return cluster.conditions.find((condition) => condition.type === type) ?? null
}

/**
 * Why Rancher does not have this cluster connected, null when it does: state active, no transition, condition Ready true and, where
 * the version has it (2.6.0 and later), Connected true.
 */
export function whyNotConnected(cluster: RancherCluster): string | null {
  if (cluster.state !== 'active') {
    const message = oneLine(cluster.message)
    return `Rancher says ${oneLine(cluster.state)}${message ? `: ${message}` : ''}`
  }
  if (cluster.transitioning !== 'no') return 'Rancher is still changing the cluster’s state'
  if (conditionOf(cluster, 'Ready')?.status !== 'True')
    return 'Rancher’s condition Ready is not true'
  const connected = conditionOf(cluster, 'Connected')
  if (connected && connected.status !== 'True') return 'Rancher’s condition Connected is not true'
  return null
}

export function isConnected(cluster: RancherCluster): boolean {
  return whyNotConnected(cluster) === null
}

/** ISO time since when Rancher sees the cluster as lost; null when it does not, or does not say. */
export function lostSince(cluster: RancherCluster): string | null {
  const ready = conditionOf(cluster, 'Ready')
  return ready?.status === 'False' ? ready.lastUpdateTime : null
}
