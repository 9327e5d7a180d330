import { isObject } from './json.ts'

/** Lists whose items kubectl merges by name. Of others it sends all that is wanted, so nothing is to be taken out of them. */
const MERGED_BY_NAME = new Set([
  'containers',
  'initContainers',
  'env',
  'volumes',
  'imagePullSecrets',
])

/**
 * The part of a strategic merge patch that takes out what was applied before and is not now: `null` for members,
 * `{ $patch: 'delete' }` for items of lists that are merged by name. Undefined where nothing is.
 */
export function deletionsIn(last: unknown, now: unknown, field = ''): unknown {
  if (isObject(last) && isObject(now)) {
    const found = Object.entries(last).flatMap(([name, value]) => {
      const deletion = now[name] === undefined ? null : deletionsIn(value, now[name], name)
      return deletion === undefined ? [] : [[name, deletion] as const]
    })
    return found.length === 0 ? undefined : Object.fromEntries(found)
  }
  if (!Array.isArray(last) || !Array.isArray(now) || !MERGED_BY_NAME.has(field)) return undefined
  const found = last.flatMap((item: unknown) => {
    if (!isObject(item) || typeof item.name !== 'string') return []
    const { name } = item
    const current = now.find((candidate: unknown) => isObject(candidate) && candidate.name === name)
    if (current === undefined) return [{ name, $patch: 'delete' }]
    const deletion = deletionsIn(item, current)
    return isObject(deletion) ? [{ name, ...deletion }] : []
  })
  return found.length === 0 ? undefined : found
}
