import type { Quirks } from '../rancher-quirks.ts'

/** What built a cluster, as far as Rancher treats it differently. */
export type ClusterKind = 'imported' | 'rke1' | 'rke2' | 'k3s' | 'hosted'

/**
 * How Rancher names the kind once an agent has connected (`pkg/apis/management.cattle.io/v3/cluster_types.go`): RKE2 and K3s
 * are provisioned by Rancher itself from 2.6 on, and show only in `provider`.
 */
export function driverOf(kind: ClusterKind, quirks: Quirks): string {
  switch (kind) {
    case 'imported':
      return 'imported'
    case 'rke1':
      return 'rancherKubernetesEngine'
    case 'rke2':
    case 'k3s':
      return quirks.has('connectedCondition') || !quirks.has('agentFeatures') ? 'imported' : kind
    case 'hosted':
      return quirks.has('fleetAgent') ? 'EKS' : 'amazonElasticContainerService'
  }
}

/** The detected distribution; `''` for one that Rancher has no name for. */
export function providerOf(kind: ClusterKind): string {
  const providers = { imported: '', rke1: 'rke', rke2: 'rke2', k3s: 'k3s', hosted: 'eks' }
  return providers[kind]
}

/** RKE and hosted clusters keep the short ids. */
export function hasLongId(kind: ClusterKind, quirks: Quirks): boolean {
  return quirks.has('longClusterIds') && kind !== 'rke1' && kind !== 'hosted'
}
