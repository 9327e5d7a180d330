import { done, type Handlers, type WorkJobs } from '../src/queue/index.ts'
import type { WorkParts } from './parts.ts'

/** Closes a plan that nobody approved in time. A plan that was decided on or replaced is left alone. */
export function createExpireJob({ runs, change }: WorkParts): Handlers<WorkJobs>['expire'] {
  return async function expireJob({ run: runId, digest }) {
    if (await runs.load(runId)) await change(runId, () => ({ type: 'expire', digest }))
    return done
  }
}
