import { canonicalJson } from '../recovery/index.ts'
import type { KubernetesObject } from './contract.ts'
import { isRecord, type JsonRecord } from './json.ts'
import { isReplacedWhole, keyOfItem, keysOfList, memberPath } from './list-keys.ts'

/** What names the object and what the server keeps for itself: nobody puts these in. */
const NOT_PUT_IN = /^(apiVersion|kind|status|metadata\.(?!labels|annotations|finalizers)[\w-]+)$/

/**
 * The fields that an apply of this object puts in: their values as JSON, by path. Items of keyed lists count as fields of their
 * own, so that an item can be told from what is in it.
 */
export function leavesOf(object: KubernetesObject): ReadonlyMap<string, string> {
  const leaves = new Map<string, string>()
  const visit = (value: unknown, path: string) => {
    if (value === null || value === undefined || NOT_PUT_IN.test(path)) return
    const members = isRecord(value) ? Object.entries(value) : []
    if (isRecord(value) && members.length > 0 && !isReplacedWhole(path, value)) {
      for (const [name, member] of members) visit(member, memberPath(path, name))
      return
    }
    const keys = Array.isArray(value) && value.length > 0 ? keysOfList(path, value) : null
    if (Array.isArray(value) && keys) {
      for (const item of value) {
        const itemPath = `${path}[${keyOfItem(item, keys)}]`
        leaves.set(itemPath, 'true')
        visit(item, itemPath)
      }
      return
    }
    leaves.set(path, canonicalJson(value))
  }
  visit(object, '')
  return leaves
}

/** The object without the fields and items at these paths, and without what became empty by that. */
export function withoutLeaves(
  object: KubernetesObject,
  paths: ReadonlySet<string>,
): KubernetesObject {
  if (paths.size === 0) return object
  const prunedMembers = (record: JsonRecord, path: string): JsonRecord =>
    Object.fromEntries(
      Object.entries(record).flatMap(([name, member]) => {
        const at = memberPath(path, name)
        if (paths.has(at)) return []
        const left = pruned(member, at)
        return isEmptied(member, left) ? [] : [[name, left]]
      }),
    )
  const pruned = (value: unknown, path: string): unknown => {
    if (isRecord(value)) return isReplacedWhole(path, value) ? value : prunedMembers(value, path)
    const keys = Array.isArray(value) ? keysOfList(path, value) : null
    if (!Array.isArray(value) || !keys) return value
    return value.flatMap((item) => {
      const itemPath = `${path}[${keyOfItem(item, keys)}]`
      return paths.has(itemPath) ? [] : [pruned(item, itemPath)]
    })
  }
  const { apiVersion, kind, metadata } = object
  return {
    ...prunedMembers(object, ''),
    apiVersion,
    kind,
    metadata: { ...prunedMembers(metadata, 'metadata'), name: metadata.name },
  }
}

function isEmptied(before: unknown, after: unknown): boolean {
  return sizeOf(before) > 0 && sizeOf(after) === 0
}

function sizeOf(value: unknown): number {
  if (Array.isArray(value)) return value.length
  return isRecord(value) ? Object.keys(value).length : 0
}
