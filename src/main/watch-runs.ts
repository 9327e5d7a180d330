import type { Log, Meter } from '../observe/index.ts'
import { isOver, keyOf, type Run } from '../recovery/index.ts'
import type { RunStore } from '../store/index.ts'

/**
 * The same runs, with a line in the log for each state that this process brought to disk, and a figure for each end. An end is counted
 * where its event was appended: two workers or a repeated job cannot both append it, so it is counted once. One whose append Redis did not
 * confirm (`store.uncertain`) is not counted at all.
 */
export function watchRuns(runs: RunStore, log: Log, meter: Pick<Meter, 'runOver'>): RunStore {
  function tellChange(before: Run, after: Run): void {
    if (after.state.kind === before.state.kind) return
    const { id, cluster, version, state } = after
    log.info({ run: id, cluster, state: state.kind, version }, 'the run has a new state')
    if (!isOver(after)) return
    const seconds = (Date.parse(after.changedAt) - Date.parse(after.requestedAt)) / 1_000
    meter.runOver({ outcome: state.kind, seconds })
  }
  return {
    ...runs,
    async create(requested, requestId) {
      const created = await runs.create(requested, requestId)
      if (created.kind === 'created') {
        const { id, cluster, goal } = created.run
        log.info({ run: id, cluster, goal, by: keyOf(requested.by) }, 'a run was asked for')
      }
      return created
    },
    async append(run, events) {
      const next = await runs.append(run, events)
      tellChange(run, next)
      return next
    },
  }
}
