import { isObject, type JsonObject } from '../json.ts'
import { isAtomicObject, keyOfItem, keysOfList } from './field-paths.ts'

/** What a server-side apply makes of a live value: objects and keyed lists are merged, the rest is replaced. */
export function mergeApplied(live: unknown, applied: unknown, field = ''): unknown {
  if (isObject(live) && isObject(applied) && !isAtomicObject(field, applied)) {
    const merged = { ...live }
    for (const [name, value] of Object.entries(applied)) {
      merged[name] = mergeApplied(live[name], value, name)
    }
    return merged
  }
  if (Array.isArray(live) && Array.isArray(applied)) {
    const keys = keysOfList(field, [...live, ...applied])
    if (keys) return mergeItems(live, applied, keys)
  }
  return structuredClone(applied)
}

/** RFC 7396. */
export function mergePatch(target: unknown, patch: unknown): unknown {
  if (!isObject(patch)) return patch
  const merged: JsonObject = isObject(target) ? { ...target } : {}
  for (const [name, value] of Object.entries(patch)) {
    if (value === null) delete merged[name]
    else merged[name] = mergePatch(merged[name], value)
  }
  return merged
}

/** kubectl's patch: like RFC 7396, but lists with keys are merged and `$patch: delete` takes an item out. */
export function strategicMergePatch(target: unknown, patch: unknown, field = ''): unknown {
  if (Array.isArray(patch)) {
    const keys = keysOfList(field, patch)
    if (!keys) return patch
    const live: readonly unknown[] = Array.isArray(target) ? target : []
    const isDeletion = (item: unknown) => isObject(item) && item.$patch === 'delete'
    const deleted = new Set(patch.filter(isDeletion).map((item) => keyOfItem(item, keys)))
    const kept = live.filter((item) => !deleted.has(keyOfItem(item, keys)))
    const added = patch.filter((item) => !isDeletion(item))
    return mergeItems(kept, added, keys, strategicMergePatch)
  }
  if (!isObject(patch)) return patch
  if (patch.$patch === 'replace') return withoutDirectives(patch)
  const merged: JsonObject = isObject(target) ? { ...target } : {}
  for (const [name, value] of Object.entries(withoutDirectives(patch))) {
    if (value === null) delete merged[name]
    else merged[name] = strategicMergePatch(merged[name], value, name)
  }
  return merged
}

function withoutDirectives(patch: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(patch).filter(([name]) => !name.startsWith('$')))
}

function mergeItems(
  live: readonly unknown[],
  added: readonly unknown[],
  keys: readonly string[],
  merge: (live: unknown, added: unknown) => unknown = mergeApplied,
): readonly unknown[] {
  const byKey = new Map(added.map((item) => [keyOfItem(item, keys), item]))
  const merged = live.map((item) => {
    const key = keyOfItem(item, keys)
    const addition = byKey.get(key)
    byKey.delete(key)
    return addition === undefined ? item : merge(item, addition)
  })
  return [...merged, ...[...byKey.values()].map((item) => merge(undefined, item))]
}
