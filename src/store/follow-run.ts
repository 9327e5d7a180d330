import type { Redis } from 'ioredis'
import { isOver, type Run } from '../recovery/index.ts'
import type { RunStore } from './run-store.ts'

/** How long one wait for the next event lasts before the signal is looked at again. */
const WAIT_MS = 1_000

/**
 * Gives a run as it is now and after each change, until it is over or `signal` aborts. Waits on a connection of its own, made from
 * `redis` and closed at the end.
 */
export async function* followRun(
  redis: Redis,
  prefix: string,
  runs: RunStore,
  runId: string,
  signal: AbortSignal,
): AsyncGenerator<Run> {
  const waiting = redis.duplicate({ enableOfflineQueue: true, commandTimeout: WAIT_MS * 5 })
  waiting.on('error', () => undefined)
  const hangUp = () => waiting.disconnect()
  signal.addEventListener('abort', hangUp, { once: true })
  try {
    let version = 0
    while (!signal.aborted) {
      const run = await runs.load(runId)
      if (run && run.version > version) {
        version = run.version
        yield run
        if (isOver(run)) return
      }
      await waiting
        .xread('BLOCK', WAIT_MS, 'STREAMS', `${prefix}:run:${runId}`, `${version}-0`)
        .catch((error: unknown) => {
          if (!signal.aborted) throw error
        })
    }
  } finally {
    signal.removeEventListener('abort', hangUp)
    waiting.disconnect()
  }
}
