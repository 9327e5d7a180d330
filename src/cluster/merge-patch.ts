import { isDeepStrictEqual } from 'node:util'
import type { KubernetesObject } from './contract.ts'
import { isRecord, type JsonRecord } from './json.ts'

export const MERGE_PATCH = 'application/merge-patch+json'

/** The JSON merge patch (RFC 7396) that turns `from` into `to`, null when they are the same. Lists are sent whole. */
export function mergePatchBetween(from: KubernetesObject, to: KubernetesObject): JsonRecord | null {
  const patch = changedMembers(from, to)
  return Object.keys(patch).length === 0 ? null : patch
}

function changedMembers(from: JsonRecord, to: JsonRecord): JsonRecord {
  const gone = Object.keys(from).filter(
    (name) => to[name] === undefined && from[name] !== undefined,
  )
  const changed = Object.entries(to).flatMap(([name, value]): [string, unknown][] => {
    const before = from[name]
    if (value === undefined || isDeepStrictEqual(before, value)) return []
    if (!isRecord(before) || !isRecord(value)) return [[name, value]]
    return [[name, changedMembers(before, value)]]
  })
  return Object.fromEntries([...gone.map((name) => [name, null]), ...changed])
}
