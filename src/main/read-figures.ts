import type { Figures } from '../observe/index.ts'
import { OPEN_STATES } from '../recovery/index.ts'
import type { Store } from './open-store.ts'

/** What metrics say about the store as it is now. Fails with `store.unavailable`. */
export async function readFigures(
  { runs, producer }: Pick<Store, 'runs' | 'producer'>,
  now: Date,
): Promise<Figures> {
  const [open, undrawnCards, queues] = await Promise.all([
    runs.openRuns(),
    runs.countUndrawn(),
    producer.queues(now.getTime()),
  ])
  const countOf = (state: string) => open.filter((run) => run.state.kind === state).length
  return {
    openRuns: Object.fromEntries(OPEN_STATES.map((state) => [state, countOf(state)])),
    undrawnCards,
    queues: queues.map(({ queue, jobs, oldestWaitingMs }) => ({
      queue,
      jobs,
      oldestWaitingSeconds: oldestWaitingMs / 1_000,
    })),
  }
}
