import { type Plan, type Run, writeNamesOf, writesOf } from '../../recovery/index.ts'

/** `1 object`, `3 objects`. */
export function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`
}

/** `2 objects`, which an apply of this plan writes. */
export function countWrites(plan: Plan): string {
  return count(writesOf(plan).length, 'object')
}

/** How far an apply came: names of what is written and of what is not, of the objects that the plan writes. */
export function progressOf(state: Extract<Run['state'], { readonly written: readonly string[] }>): {
  readonly written: readonly string[]
  readonly missing: readonly string[]
  /** `3 of 7 objects`. */
  readonly words: string
} {
  const { plan, written } = state
  const missing = writeNamesOf(plan).filter((name) => !written.includes(name))
  const words = `${written.length} of ${count(written.length + missing.length, 'object')}`
  return { written, missing, words }
}
