import { clean } from './clean.ts'

const GAP = '  '

/** Rows as aligned lines; the last column is cut to fit where a width is known. Cells are made harmless first, so that they align. */
export function table(
  rows: readonly (readonly string[])[],
  columns: number | null,
): readonly string[] {
  const cells = rows.map((row) => row.map((cell) => clean(cell)))
  const widths: number[] = []
  for (const row of cells) {
    for (const [index, cell] of row.entries()) {
      widths[index] = Math.max(widths[index] ?? 0, cell.length)
    }
  }
  return cells.map((row) => {
    const line = row.map((cell, index) => cell.padEnd(widths[index] ?? 0)).join(GAP)
    return shorten(line.trimEnd(), columns)
  })
}

function shorten(line: string, columns: number | null): string {
  if (columns === null || columns < 20 || line.length <= columns) return line
  return `${line.slice(0, columns - 1)}…`
}
