import { setTimeout as pause } from 'node:timers/promises'

/** Waits until the condition holds; rejects with the description after the deadline. */
export async function until(
  what: string,
  condition: () => boolean,
  deadlineMs = 10_000,
): Promise<void> {
  const giveUpAt = performance.now() + deadlineMs
  while (!condition()) {
    if (performance.now() > giveUpAt) throw new Error(`waited ${deadlineMs} ms for: ${what}`)
    await pause(5)
  }
}
