import type { KubernetesObject, Writer } from './contract.ts'

const RUN = 'reagent/run'
const FENCE = 'reagent/fence'
const APPLIED = 'reagent/applied'

/** Where `kubectl apply` keeps what it was given last. */
export const LAST_APPLIED_BY_KUBECTL = 'kubectl.kubernetes.io/last-applied-configuration'

/**
 * What Reagent writes on each object that it writes: which run, and under which fencing number. Where the server keeps no account
 * of who put in which field, also the paths (never values) of those that are Reagent's.
 */
export const REAGENT_ANNOTATIONS = [RUN, FENCE, APPLIED] as const

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
  return withAnnotations(object, { [RUN]: writer.run, [FENCE]: String(writer.fence) })
}

/** Paths of the fields that Reagent put into an object; none where that is not written there, or not readable. */
export function appliedFieldsOn({ metadata }: KubernetesObject): ReadonlySet<string> {
  const paths = listIn(metadata.annotations?.[APPLIED])
  return new Set(paths.filter((path) => typeof path === 'string'))
}

export function withAppliedFields(
  object: KubernetesObject,
  paths: readonly string[],
): KubernetesObject {
  return withAnnotations(object, { [APPLIED]: JSON.stringify(paths) })
}

function withAnnotations(
  object: KubernetesObject,
  added: Readonly<Record<string, string>>,
): KubernetesObject {
  const { metadata } = object
  return {
    ...object,
    metadata: { ...metadata, annotations: { ...metadata.annotations, ...added } },
  }
}

function listIn(text: string | undefined): readonly unknown[] {
  try {
    const list: unknown = JSON.parse(text ?? '[]')
    return Array.isArray(list) ? list : []
  } catch {
    return []
  }
}
