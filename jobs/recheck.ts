import { again, done, type Handlers, type WorkJobs } from '../src/queue/index.ts'
import { asFailure, coverageOf } from '../src/recovery/index.ts'
import type { WorkParts } from './parts.ts'
import { rebuildPlan, supersedePlan } from './rebuild-plan.ts'

/**
 * Builds a plan that waits for approval again from time to time, so that the card says when it does not hold any more. A look that fails
 * says nothing about the plan: it is repeated, and the apply looks again in any case.
 */
export function createRecheckJob(parts: WorkParts): Handlers<WorkJobs>['recheck'] {
  const { runs, clock, recheckEveryMs, log } = parts

  return async function recheckJob({ run: runId, digest }, { signal }) {
    const run = await runs.load(runId)
    if (run?.state.kind !== 'planned' || run.state.plan.digest !== digest) return done
    const { plan } = run.state
    const isDueInMs = Date.parse(run.changedAt) + recheckEveryMs - clock().getTime()
    if (isDueInMs > 0) return again(isDueInMs)
    try {
      const rebuilt = await rebuildPlan(parts, run, plan, signal)
      const coverage = coverageOf(plan, rebuilt.plan)
      if (coverage.kind === 'same') return again(recheckEveryMs)
      const reason = coverage.kind === 'different' ? coverage.reason : PARTLY_IN_PLACE
      await supersedePlan(parts, runId, rebuilt.plan, reason)
      return done
    } catch (error) {
      const { code } = asFailure(error)
      log.warn({ run: runId, code, error }, 'a waiting plan could not be looked at again')
      return again(recheckEveryMs)
    }
  }
}

const PARTLY_IN_PLACE = 'part of it is already in place'
