import type { KubernetesObject, Writer } from './contract.ts'

const RUN = 'reagent/run'
const FENCE = 'reagent/fence'

/** What Reagent writes on each object that it writes: which run, and under which fencing number. */
export const REAGENT_ANNOTATIONS = [RUN, FENCE] as const

/** The fencing number on an object, 0 when it was never written by Reagent. */
export function fenceOn(object: KubernetesObject): number {
  const fence = Number(object.metadata.annotations?.[FENCE] ?? 0)
  return Number.isSafeInteger(fence) ? fence : 0
}

/** The largest fencing number on the live form of these objects, 0 when Reagent wrote none of them. */
export function highestFence(
  objects: readonly { readonly live: KubernetesObject | null }[],
): number {
  return Math.max(0, ...objects.map(({ live }) => (live ? fenceOn(live) : 0)))
}

export function annotated(object: KubernetesObject, writer: Writer): KubernetesObject {
  const { metadata } = object
  const annotations = { ...metadata.annotations, [RUN]: writer.run, [FENCE]: String(writer.fence) }
  return { ...object, metadata: { ...metadata, annotations } }
}
