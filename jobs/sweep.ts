import { done, type Handlers, type WorkJobs } from '../src/queue/index.ts'
import type { WorkParts } from './parts.ts'

/**
 * Queues the next job of every open run once more. What is queued already stays as it is, so this changes something only
 * where a process was killed between writing down what happened and queueing what follows.
 */
export function createSweepJob({ runs, producer, clock }: WorkParts): Handlers<WorkJobs>['sweep'] {
  return async function sweepJob() {
    for (const run of await runs.openRuns()) await producer.carryOn(run, clock().getTime())
    return done
  }
}
