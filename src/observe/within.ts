import { setTimeout as wait } from 'node:timers/promises'

/** The result of `work`; rejects after the limit, without ending the work itself. */
export async function within<T>(limitMs: number, work: () => Promise<T>): Promise<T> {
  const done = new AbortController()
  const late = wait(limitMs, null, { signal: done.signal, ref: false }).then(() => {
    throw new Error(`no answer within ${limitMs} ms`)
  })
  // The loser of the race has nobody to tell.
  late.catch(() => undefined)
  try {
    return await Promise.race([work(), late])
  } finally {
    done.abort()
  }
}
