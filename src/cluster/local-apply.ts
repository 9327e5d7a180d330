import { appliedFieldsOn, LAST_APPLIED_BY_KUBECTL } from './annotations.ts'
import { isKubernetesObject, parse } from './answer.ts'
import type { KubernetesObject } from './contract.ts'
import { leavesOf, withoutLeaves } from './field-leaves.ts'
import { isRecord, type JsonRecord, recordAt, valueAt } from './json.ts'
import { isReplacedWhole, keyOfItem, keysOfList, memberPath } from './list-keys.ts'
import { isLeftOut, withServerDefaults } from './server-defaults.ts'

/** What applying an object would make of the live one. */
export interface LocalApply {
  readonly after: KubernetesObject
  /** Paths of fields that Reagent has put in or changed, this time included; never values. */
  readonly applied: readonly string[]
  readonly takesOverFrom: readonly string[]
}

/** The field manager by which newer servers know `kubectl apply`. */
const KUBECTL = 'kubectl-client-side-apply'

/**
 * A server-side apply, worked out here, for servers that have none: three-way, from what is wanted, what is live, and who put in
 * what. Objects and keyed lists are merged, other lists replaced as a whole; what is not wanted stays as it is, unless Reagent
 * itself put it in (annotation `reagent/applied`) and `kubectl apply` did not (its annotation of what it applied last).
 */
export function applyLocally(live: KubernetesObject, wanted: KubernetesObject): LocalApply {
  const sent = withDataFor(wanted)
  const mine = appliedFieldsOn(live)
  const was = leavesOf(live)
  const kubectls = kubectlsIn(live, was)
  const fields = leavesOf(sent)
  const dropped = new Set([...mine].filter((path) => !fields.has(path) && !kubectls.has(path)))
  const merged = mergeObject(withReplicas(withoutLeaves(live, dropped), live), sent)
  const after = { ...merged, metadata: { ...merged.metadata, name: live.metadata.name } }
  const is = leavesOf(after)
  const isChanged = (path: string) => was.get(path) !== is.get(path)
  const takesOver = [...kubectls].some((path) => fields.has(path) && isChanged(path))
  return {
    after,
    applied: [...fields.keys()].filter((path) => mine.has(path) || isChanged(path)).sort(),
    takesOverFrom: takesOver ? [KUBECTL] : [],
  }
}

/** A workload whose number of pods is no longer said has one: the server's default, and not none. */
function withReplicas(left: KubernetesObject, live: KubernetesObject): KubernetesObject {
  const had = valueAt(live, 'spec', 'replicas') !== undefined
  if (!had || valueAt(left, 'spec', 'replicas') !== undefined) return left
  return { ...left, spec: { ...recordAt(left, 'spec'), replicas: 1 } }
}

function mergeObject(live: KubernetesObject, wanted: KubernetesObject): KubernetesObject {
  const merged = mergeMembers(live, wanted, '')
  const { apiVersion, kind } = live
  return { ...merged, apiVersion, kind, metadata: { ...live.metadata, ...metadataOf(merged) } }
}

function metadataOf(object: JsonRecord): JsonRecord {
  return isRecord(object.metadata) ? object.metadata : {}
}

function mergeMembers(live: JsonRecord, wanted: JsonRecord, path: string): JsonRecord {
  const merged: { [field: string]: unknown } = { ...live }
  for (const [name, value] of Object.entries(wanted)) {
    if (value === null || value === undefined) continue
    const at = memberPath(path, name)
    const left = merge(live[name], value, at)
    if (left === undefined) delete merged[name]
    else merged[name] = left
  }
  return withMirroredAccount(merged, path)
}

/** Undefined where the server will store nothing. */
function merge(live: unknown, wanted: unknown, path: string): unknown {
  if (isLeftOut(wanted, path)) return undefined
  if (isRecord(wanted) && isRecord(live) && !isReplacedWhole(path, wanted)) {
    return mergeMembers(live, wanted, path)
  }
  const keys = Array.isArray(wanted) ? keysOfList(path, wanted) : null
  if (Array.isArray(wanted) && keys) {
    const items = mergeItems(Array.isArray(live) ? live : [], wanted, keys, path)
    return items.length > 0 ? items : live
  }
  return isNothing(wanted, path) ? undefined : added(wanted, path)
}

function mergeItems(
  live: readonly unknown[],
  wanted: readonly unknown[],
  keys: readonly string[],
  path: string,
): readonly unknown[] {
  const byKey = new Map(wanted.map((item) => [keyOfItem(item, keys), item]))
  const merged = live.map((item) => {
    const key = keyOfItem(item, keys)
    const change = byKey.get(key)
    byKey.delete(key)
    return change === undefined ? item : merge(item, change, `${path}[${key}]`)
  })
  return [...merged, ...[...byKey.values()].map((item) => added(item, `${path}[]`))]
}

/** What was not there before, as the server will store it. */
function added(value: unknown, path: string): unknown {
  return withServerDefaults(withoutLeftOut(value, path), path)
}

function withoutLeftOut(value: unknown, path: string): unknown {
  if (Array.isArray(value)) return value.map((item) => withoutLeftOut(item, `${path}[]`))
  if (!isRecord(value)) return value
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, member]) => {
      const at = memberPath(path, name)
      return isNothing(member, at) ? [] : [[name, withoutLeftOut(member, at)]]
    }),
  )
}

function isNothing(value: unknown, path: string): boolean {
  if (value === null || value === undefined || isLeftOut(value, path)) return true
  if (Array.isArray(value)) return value.length === 0
  const isMap = /^data$|(^|\.)(labels|annotations|nodeSelector)$/.test(path)
  return isMap && isRecord(value) && Object.keys(value).length === 0
}

/** The server keeps the deprecated `serviceAccount` of a pod equal to `serviceAccountName`. */
function withMirroredAccount(podSpec: JsonRecord, path: string): JsonRecord {
  const isPodSpec = path === 'spec.template.spec' && podSpec.serviceAccountName !== undefined
  return isPodSpec ? { ...podSpec, serviceAccount: podSpec.serviceAccountName } : podSpec
}

/** A Secret's `stringData` is only for writing: the server stores it in `data`. */
function withDataFor(object: KubernetesObject): KubernetesObject {
  const { stringData, ...rest } = object
  if (object.kind !== 'Secret' || !isRecord(stringData)) return object
  const encoded = Object.entries(stringData).map(([key, value]) => [
    key,
    Buffer.from(String(value)).toString('base64'),
  ])
  const data = { ...(isRecord(object.data) && object.data), ...Object.fromEntries(encoded) }
  const { apiVersion, kind, metadata } = object
  return { ...rest, apiVersion, kind, metadata, data }
}

/**
 * Fields that are as `kubectl apply` put them in last; one that was changed since is no longer kubectl's. None where the object
 * was made in another way.
 */
function kubectlsIn(live: KubernetesObject, was: ReadonlyMap<string, string>): ReadonlySet<string> {
  const last = parse(live.metadata.annotations?.[LAST_APPLIED_BY_KUBECTL] ?? 'null')
  if (!isKubernetesObject(last)) return new Set()
  const leaves = [...leavesOf(last)]
  return new Set(leaves.flatMap(([path, value]) => (was.get(path) === value ? [path] : [])))
}
