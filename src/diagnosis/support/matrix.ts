import type { VersionRange } from '../../rancher/index.ts'

// What each line of Rancher supports on downstream clusters (reference §7: pkg/settings/setting.go and chart/Chart.yaml at the last tag of
// each line, rancher/rke docker/docker.go, rancher/kontainer-driver-metadata). Not compared with SUSE’s published support matrix.

/** From one minor version to another, both included. Of those in `notVerified` nobody has looked whether they are supported. */
export interface KubernetesRange {
  readonly from: string
  readonly to: string
  readonly notVerified?: readonly string[]
}

interface SupportRow<T> {
  readonly rancher: readonly VersionRange[]
  readonly supports: T
}

export const kubernetesSupport: readonly SupportRow<KubernetesRange>[] = [
  { rancher: ['2.1'], supports: { from: '1.9', to: '1.12' } },
  {
    rancher: ['2.2'],
    supports: { from: '1.12', to: '1.15', notVerified: ['1.9', '1.10', '1.11'] },
  },
  { rancher: ['2.3.0..2.3.1'], supports: { from: '1.13', to: '1.17' } },
  { rancher: ['2.3.2..2.3.3'], supports: { from: '1.14', to: '1.17' } },
  { rancher: ['2.3'], supports: { from: '1.15', to: '1.17' } },
  { rancher: ['2.4'], supports: { from: '1.15', to: '1.18' } },
  { rancher: ['2.5.0..2.5.5'], supports: { from: '1.16', to: '1.19' } },
  { rancher: ['2.5.6..2.5.7'], supports: { from: '1.16', to: '1.20' } },
  { rancher: ['2.5'], supports: { from: '1.17', to: '1.20' } },
  { rancher: ['2.6'], supports: { from: '1.18', to: '1.24' } },
  { rancher: ['2.7'], supports: { from: '1.23', to: '1.27' } },
  { rancher: ['2.8'], supports: { from: '1.25', to: '1.28' } },
  { rancher: ['2.9'], supports: { from: '1.27', to: '1.30' } },
  { rancher: ['2.10'], supports: { from: '1.28', to: '1.31' } },
  { rancher: ['2.11'], supports: { from: '1.30', to: '1.32' } },
  { rancher: ['2.12'], supports: { from: '1.31', to: '1.33' } },
  { rancher: ['2.13'], supports: { from: '1.33', to: '1.34', notVerified: ['1.32'] } },
  { rancher: ['2.14'], supports: { from: '1.34', to: '1.35', notVerified: ['1.33'] } },
]

const OLDEST = ['1.11', '1.12', '1.13', '17.03']
const SINCE_KUBERNETES_1_12 = [...OLDEST, '17.06', '17.09', '18.06']
const SINCE_2_2 = [...SINCE_KUBERNETES_1_12, '18.09', '19.03']
const SINCE_2_4 = [...SINCE_2_2, '20.10']
const SINCE_2_7 = [...SINCE_2_4, '23.0', '24.0']
const SINCE_2_8 = [...SINCE_2_7, '25.0']
const SINCE_2_9 = [...SINCE_2_8, '26', '27.0', '27.1', '27.2', '27.3', '27.4', '27.5']
const SINCE_2_10 = [...SINCE_2_9, '28.0', '28.1']

/**
 * Docker on the nodes (setting engine-supported-range at the last tag of a line, and RKE’s own list), oldest first. From 2.12 on Rancher
 * builds no clusters on Docker any more, so its list says nothing about nodes.
 */
export const dockerSupport: readonly (SupportRow<readonly string[]> & {
  /** Only with this version of Kubernetes. */
  readonly kubernetes?: string
})[] = [
  { rancher: ['2.1'], kubernetes: '1.12', supports: SINCE_KUBERNETES_1_12 },
  { rancher: ['2.1'], supports: OLDEST },
  { rancher: ['2.2..2.3'], supports: SINCE_2_2 },
  { rancher: ['2.4..2.6', '2.7.0..2.7.4'], supports: SINCE_2_4 },
  { rancher: ['2.7'], supports: SINCE_2_7 },
  { rancher: ['2.8'], supports: SINCE_2_8 },
  { rancher: ['2.9'], supports: SINCE_2_9 },
  { rancher: ['2.10..2.11'], supports: SINCE_2_10 },
]

/** Clusters built by RKE1: end of life 2025-07-31, removed in 2.12 (chart/scripts/pre-upgrade-hook.sh@v2.12.0). */
export const withoutRke1: readonly VersionRange[] = ['2.12..']

/** From this version of Kubernetes on the kubelet speaks to Docker only through cri-dockerd. */
export const DOCKERSHIM_REMOVED_IN = '1.24'
