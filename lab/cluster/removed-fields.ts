import { isObject } from './json.ts'

/**
 * The part of a strategic merge patch that takes out what was applied before and is not now: `null` for members,
 * `{ $patch: 'delete' }` for items of lists that are merged by name. Other lists are replaced as a whole, so nothing is to be taken
 * out of them. Undefined where nothing is.
 */
export function deletionsIn(last: unknown, now: unknown): unknown {
  if (isObject(last) && isObject(now)) {
    const found = Object.entries(last).flatMap(([name, value]) => {
      const deletion = now[name] === undefined ? null : deletionsIn(value, now[name])
      return deletion === undefined ? [] : [[name, deletion] as const]
    })
    return found.length === 0 ? undefined : Object.fromEntries(found)
  }
  if (!Array.isArray(last) || !Array.isArray(now)) return undefined
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
