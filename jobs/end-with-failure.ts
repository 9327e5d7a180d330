import type { JobOutcome } from '../src/queue/index.ts'
import { done } from '../src/queue/index.ts'
import { asFailure, type NextStep } from '../src/recovery/index.ts'
import type { WorkParts } from './parts.ts'

/** Failures of the store: the run cannot be told about them, so the queue tries the job again. */
const RETRIED = new Set(['store.unavailable', 'store.uncertain', 'store.conflict'])

/**
 * Ends a run with what went wrong, in words for the channel on the run and with the cause in the log.
 * What cannot be written down is thrown, so that the queue runs the job again; so is everything once the process is asked to stop.
 */
export async function endWithFailure(
  parts: Pick<WorkParts, 'change' | 'log'>,
  runId: string,
  job: NextStep['job'],
  thrown: unknown,
  signal: AbortSignal,
): Promise<JobOutcome> {
  // Stopped in the middle: the run has not failed, and whoever takes this job up next carries it on.
  signal.throwIfAborted()
  const failure = asFailure(thrown)
  parts.log.warn({ run: runId, job, code: failure.code, error: thrown }, 'job ended with a failure')
  if (RETRIED.has(failure.code)) throw failure
  await parts.change(runId, () => ({ type: 'fail', job, failure }), { within: job })
  return done
}
