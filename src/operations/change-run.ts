import type { Producer } from '../queue/index.ts'
import {
  decide,
  Failure,
  nextStepOf,
  type Policy,
  type Run,
  type RunCommand,
} from '../recovery/index.ts'
import type { RunStore } from '../store/index.ts'

export interface ChangeParts {
  readonly runs: RunStore
  readonly producer: Producer
  readonly policy: Policy
  readonly clock: () => Date
}

/** A command without its time, which is taken when it is decided. */
export type Wish = RunCommand extends infer C
  ? C extends RunCommand
    ? Omit<C, 'at'>
    : never
  : never

/**
 * Decides a command on the run as it is now, brings the events to disk and queues what follows. When somebody else was
 * first, it decides again on what is there then. `within` names the job that is asking, which carries on by itself.
 */
export type ChangeRun = (
  runId: string,
  wishFor: (run: Run, at: string) => Wish,
  options?: { readonly within?: string },
) => Promise<Run>

// Everybody who collides decides anew; five times in a row means that something is wrong.
const DECIDE_AT_MOST = 5

export function createChangeRun({ runs, producer, policy, clock }: ChangeParts): ChangeRun {
  async function attempt(runId: string, wishFor: (run: Run, at: string) => Wish) {
    const run = await runs.load(runId)
    if (!run) throw new Failure('run.not-found', { run: runId.slice(0, 40) })
    const at = clock().toISOString()
    const decision = decide(run, { ...wishFor(run, at), at }, policy)
    if (!decision.ok) throw decision.failure
    const next = await runs.append(run, decision.events)
    return { next, changed: decision.events.length > 0 }
  }

  return async function changeRun(runId, wishFor, { within } = {}) {
    for (let tries = 1; ; tries += 1) {
      try {
        const { next, changed } = await attempt(runId, wishFor)
        if (changed && nextStepOf(next)?.job === within) await producer.redraw(next)
        else if (changed) await producer.carryOn(next, clock().getTime())
        return next
      } catch (error) {
        const isConflict = error instanceof Failure && error.code === 'store.conflict'
        if (!isConflict || tries >= DECIDE_AT_MOST) throw error
      }
    }
  }
}
