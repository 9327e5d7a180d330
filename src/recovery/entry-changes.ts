/** How two lists of `name=value`, written with commas between, differ: what is set to something else or anew, and what is gone. */
export interface EntryChanges {
  readonly set: readonly string[]
  readonly removed: readonly string[]
}

/**
 * Compares the values of a variable such as CATTLE_FEATURES entry by entry; null for texts of another form.
 *
 * @param from JSON text, as in a field change; absent: there was none
 */
export function entryChanges(from: string | undefined, to: string): EntryChanges | null {
  const [before, after] = [from === undefined ? [] : entriesIn(from), entriesIn(to)]
  if (!before || !after) return null
  const nameOf = (entry: string) => entry.split('=')[0]
  return {
    set: after.filter((entry) => !before.includes(entry)),
    removed: before.filter((entry) => !after.some((one) => nameOf(one) === nameOf(entry))),
  }
}

function entriesIn(json: string): readonly string[] | null {
  const text = /^"(.*)"$/s.exec(json)?.[1]
  if (text === undefined) return null
  const entries = text === '' ? [] : text.split(',')
  return entries.every((entry) => /^[\w-]+=[\w-]*$/.test(entry)) ? entries : null
}
