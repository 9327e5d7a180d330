/** The width at which prose of the documentation is wrapped. */
const WIDTH = 120

/** One paragraph or list item, wrapped; lines after the first begin with `indent`. What stands in backticks stays together. */
export function wrap(text: string, indent = ''): string {
  const words = text.match(/(?:`[^`]*`|[^\s`])+/g) ?? []
  const lines: string[] = []
  let line = ''
  for (const word of words) {
    const longer = line === '' ? word : `${line} ${word}`
    if (longer.length > WIDTH && line !== '') {
      lines.push(line)
      line = indent + word
    } else {
      line = longer
    }
  }
  return [...lines, line].join('\n')
}

/** A table whose columns are aligned, so that it can be read as it is. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const cells = [head, ...rows].map((row) => row.map((cell) => cell.replaceAll('|', '\\|')))
  const widths = head.map((_, column) => Math.max(...cells.map((row) => lengthOf(row[column]))))
  const line = (row: readonly string[]) =>
    `| ${row.map((cell, column) => cell + ' '.repeat((widths[column] ?? 0) - lengthOf(cell))).join(' | ')} |`
  const [first = [], ...others] = cells
  const rule = widths.map((width) => '-'.repeat(width))
  return [line(first), line(rule), ...others.map(line)].join('\n')
}

/** `- **Default:** …`, wrapped. */
export function item(label: string, text: string): string {
  return wrap(`- **${label}:** ${text}`, '  ')
}

export function code(text: string): string {
  return `\`${text}\``
}

function lengthOf(cell = ''): number {
  return [...cell].length
}
