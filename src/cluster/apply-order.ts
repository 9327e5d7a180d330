import type { KubernetesObject } from './contract.ts'

const ORDER = [
  ['Namespace'],
  ['ServiceAccount', 'ClusterRole', 'Secret', 'PriorityClass'],
  ['ClusterRoleBinding'],
  ['Service', 'PodDisruptionBudget'],
  ['Deployment', 'DaemonSet'],
]

/**
 * Positions of `objects` in the order in which they are applied: what others need comes first, then by kind and name, so
 * that two manifests with the same objects give the same plan.
 */
export function applyOrder(objects: readonly KubernetesObject[]): readonly number[] {
  return objects
    .map((object, index) => ({ index, key: keyOf(object) }))
    .sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0))
    .map(({ index }) => index)
}

function keyOf({ kind, metadata }: KubernetesObject): string {
  const rank = ORDER.findIndex((kinds) => kinds.includes(kind))
  const place = ORDER[rank]?.indexOf(kind) ?? 0
  return `${rank < 0 ? ORDER.length : rank}/${place}/${kind}/${metadata.namespace ?? ''}/${metadata.name}`
}
