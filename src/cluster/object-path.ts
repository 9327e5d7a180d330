import { Failure, nameOf, type ObjectRef } from '../recovery/index.ts'
import type { KubernetesObject, ServedKinds } from './contract.ts'

/** Which object this is, without its content. */
export function refOf(object: KubernetesObject): ObjectRef {
  const { apiVersion, kind, metadata } = object
  return metadata.namespace === undefined
    ? { apiVersion, kind, name: metadata.name }
    : { apiVersion, kind, namespace: metadata.namespace, name: metadata.name }
}

export function nameOfObject(object: KubernetesObject): string {
  return nameOf(refOf(object))
}

/** `/apis/apps/v1/namespaces/NAMESPACE/deployments`; fails with `cluster.kind-not-served`. */
export function collectionPath(ref: ObjectRef, served: ServedKinds): string {
  const found = served.find(ref.apiVersion, ref.kind)
  if (!found) {
    throw new Failure('cluster.kind-not-served', { kind: `${ref.kind} (${ref.apiVersion})` })
  }
  const scope =
    found.namespaced && ref.namespace ? `/namespaces/${encodeURIComponent(ref.namespace)}` : ''
  return `${groupPath(ref.apiVersion)}${scope}/${found.resource}`
}

export function objectPath(ref: ObjectRef, served: ServedKinds): string {
  return `${collectionPath(ref, served)}/${encodeURIComponent(ref.name)}`
}

/** `/api/v1` for the core group, `/apis/GROUP/VERSION` for the others. */
export function groupPath(apiVersion: string): string {
  return apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`
}
