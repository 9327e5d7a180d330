import type { PlannedObject } from './plan.ts'

/** What must exist before what: an object may rely on those of earlier waves, objects of one wave are independent. */
const WAVE_OF_KIND: Readonly<Record<string, number>> = {
  Namespace: 0,
  ServiceAccount: 1,
  ClusterRole: 1,
  Secret: 1,
  PriorityClass: 1,
  ClusterRoleBinding: 2,
  Service: 2,
  PodDisruptionBudget: 2,
}
const LAST_WAVE = 3

/** Groups things that carry a planned object into waves, in the order in which the waves are applied. */
export function wavesOf<T>(
  items: readonly T[],
  plannedOf: (item: T) => PlannedObject,
): readonly (readonly T[])[] {
  const waves: T[][] = Array.from({ length: LAST_WAVE + 1 }, () => [])
  for (const item of items) waves[WAVE_OF_KIND[plannedOf(item).ref.kind] ?? LAST_WAVE]?.push(item)
  return waves.filter((wave) => wave.length > 0)
}
