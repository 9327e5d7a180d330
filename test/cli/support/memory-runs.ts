import { evolve, Failure, isOver, type Run } from '../../../src/recovery/index.ts'
import type { RunStore } from '../../../src/store/index.ts'

export interface MemoryRuns {
  readonly store: RunStore
  /** Resolves at the next change of any run, or when the signal aborts. */
  changed(signal: AbortSignal): Promise<void>
}

/** The runs of a terminal under test: events folded as everywhere, kept in memory only. */
export function keepRunsInMemory(): MemoryRuns {
  const runs = new Map<string, Run>()
  let waiting: (() => void)[] = []
  const put = (run: Run) => {
    runs.set(run.id, run)
    for (const wake of waiting) wake()
    waiting = []
    return run
  }
  const newestFirst = () => [...runs.values()].toReversed()
  return {
    store: {
      async create(requested) {
        const open = newestFirst().find((run) => run.cluster === requested.cluster && !isOver(run))
        if (open) return { kind: 'open', runId: open.id }
        return { kind: 'created', run: put(evolve(null, requested)) }
      },
      load: async (runId) => runs.get(runId) ?? null,
      async append(run, events) {
        const isCurrent = runs.get(run.id)?.version === run.version
        if (!isCurrent) throw new Failure('store.conflict', { run: run.id })
        return events.length === 0 ? run : put(events.reduce<Run>(evolve, run))
      },
      openRuns: async () => newestFirst().filter((run) => !isOver(run)),
      recent: async (limit) => newestFirst().slice(0, limit),
      cardOf: async () => null,
      saveCard: async () => undefined,
      undrawn: async () => [],
      countUndrawn: async () => 0,
    },
    changed: (signal) =>
      new Promise((done) => {
        waiting.push(done)
        signal.addEventListener('abort', () => done(), { once: true })
      }),
  }
}
