import { createHash } from 'node:crypto'

/** `U0ONCALL01` for `('U', 'oncall', 1)`: an id that people can read and that is the same for the same seed. */
export function idFor(prefix: string, name: string, seed: number): string {
  const letters = name.toUpperCase().replaceAll(/[^A-Z0-9]/g, '')
  return `${prefix}0${letters}${String(seed % 100).padStart(2, '0')}`
}

/** Hexadecimal text that looks random and is the same for the same seed and purpose. */
export function secretFor(purpose: string, seed: number, length = 32): string {
  return createHash('sha256').update(`${seed}:${purpose}`).digest('hex').slice(0, length)
}

export interface Numbering {
  /** `'1767225600.000100'`: unique in the workspace and increasing. */
  nextTs(): string
  /** Counts on its own for each kind. */
  next(kind: string): number
}

const FIRST_TS_SECONDS = Date.UTC(2026, 0, 1, 2, 11) / 1000

/** `now` null: timestamps count from a fixed instant, so that the same story has the same transcript. */
export function createNumbering(now: (() => Date) | null): Numbering {
  const counters = new Map<string, number>()
  let seconds = FIRST_TS_SECONDS
  const next = (kind: string) => {
    const number = (counters.get(kind) ?? 0) + 1
    counters.set(kind, number)
    return number
  }
  return {
    next,
    nextTs: () => {
      seconds = now === null ? seconds + 1 : Math.max(seconds, Math.floor(now().getTime() / 1000))
      return `${seconds}.${String(next('ts')).padStart(6, '0')}`
    },
  }
}
