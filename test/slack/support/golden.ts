import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { cardText } from '../../../lab/slack/index.ts'

// Set on purpose, by somebody who will read the difference: UPDATE_CARDS=1 vitest run test/slack/golden-cards.test.ts
const isUpdating = process.env.UPDATE_CARDS === '1'

/** Files that say how something must look, one group a folder. */
export interface Golden {
  /** What the file says. While updating: writes it first. */
  expected(file: string, actual: string): string
  /** Names of all files there, sorted. */
  files(): readonly string[]
}

export function goldenIn(folder: string): Golden {
  if (isUpdating) mkdirSync(folder, { recursive: true })
  return {
    expected(file, actual) {
      const path = join(folder, file)
      if (isUpdating) writeFileSync(path, actual)
      return readFileSync(path, 'utf8')
    },
    files: () => readdirSync(folder).toSorted(),
  }
}

/** The blocks as a person reads them, with people by name. */
export function readable(
  blocks: readonly object[],
  names: Readonly<Record<string, string>>,
): string {
  const parts = blocks.map((block) => cardText({ text: '', blocks: [{ type: '', ...block }] }))
  const confirms = confirmsIn(blocks)
  return named(
    [...parts, ...(confirms.length > 0 ? [confirms.join('\n')] : [])].join('\n\n'),
    names,
  )
}

/** Mentions as names, times as whoever has no zone sees them. */
export function named(text: string, names: Readonly<Record<string, string>>): string {
  const timed = text.replace(/<!date\^\d+\^[^|>]*\|([^>]*)>/g, '$1')
  return timed.replace(/<@([UW][A-Z0-9]+)>/g, (mention, id: string) =>
    names[id] === undefined ? mention : `@${names[id]}`,
  )
}

/** What pressing a button asks before it does anything. */
function confirmsIn(value: unknown): readonly string[] {
  if (Array.isArray(value)) return value.flatMap(confirmsIn)
  if (value === null || typeof value !== 'object') return []
  if ('confirm' in value && 'text' in value) {
    const { title, text, confirm, deny } = value.confirm as Record<string, { text: string }>
    const label = (value.text as { text: string }).text
    return [`(${label}) ${title?.text} ${text?.text} [${confirm?.text}] [${deny?.text}]`]
  }
  return Object.values(value).flatMap(confirmsIn)
}
