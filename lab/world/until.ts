import { setTimeout as wait } from 'node:timers/promises'

const LOOK_EVERY_MS = 20

/** Resolves with the first thing found; rejects after the deadline, saying what was waited for. */
export async function until<T>(
  what: string,
  look: () => T | Promise<T>,
  deadlineMs = 20_000,
): Promise<NonNullable<T>> {
  const end = performance.now() + deadlineMs
  for (;;) {
    const found = await look()
    if (found) return found
    if (performance.now() > end) throw new Error(`waited ${deadlineMs} ms for ${what}`)
    await wait(LOOK_EVERY_MS)
  }
}
