import type { Log, Meter } from '../observe/index.ts'
import type { Attempt, ConsumerOptions } from '../queue/index.ts'

/** Jobs that come round by themselves every few seconds, and the one whose own line says more. */
const ROUTINE: ReadonlySet<string> = new Set(['sweep', 'catch-up', 'announce'])

/** Has a consumer's attempts and errors written to the log and counted. Run, cluster and job are on the lines by themselves. */
export function reportAttempts(
  log: Log,
  meter: Pick<Meter, 'job'>,
): Required<Pick<ConsumerOptions, 'onAttempt' | 'onError'>> {
  return {
    onAttempt(attempt: Attempt) {
      meter.job(attempt)
      const { job, outcome, seconds } = attempt
      const isRoutine = outcome === 'again' || ROUTINE.has(job)
      const line = { job, outcome, ms: Math.round(seconds * 1_000) }
      log[isRoutine ? 'debug' : 'info'](line, 'a job ended')
    },
    onError(error, { name, run, cluster }) {
      log.error({ job: name, run, cluster, error }, 'an attempt at a job failed')
    },
  }
}
