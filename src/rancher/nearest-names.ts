const MOST_NAMES = 3

/** Up to three of the names that look like a misspelling of the wanted one, nearest first. */
export function nearestNames(wanted: string, names: readonly string[]): readonly string[] {
  const farthest = Math.max(2, Math.floor(wanted.length / 3))
  return [...new Set(names)]
    .map((name) => ({ name, distance: editDistance(wanted.toLowerCase(), name.toLowerCase()) }))
    .filter(({ distance }) => distance <= farthest)
    .sort((a, b) => a.distance - b.distance || (a.name < b.name ? -1 : 1))
    .slice(0, MOST_NAMES)
    .map(({ name }) => name)
}

/** Levenshtein's: how many characters to insert, delete or replace. Row by row over `from`. */
function editDistance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, column) => column)
  for (const [line, character] of [...from].entries()) {
    const next = [line + 1]
    for (const [column, other] of [...to].entries()) {
      const replaced = (row[column] ?? 0) + (character === other ? 0 : 1)
      const inserted = (next[column] ?? 0) + 1
      const deleted = (row[column + 1] ?? 0) + 1
      next.push(Math.min(replaced, inserted, deleted))
    }
    row = next
  }
  return row.at(-1) ?? 0
}
