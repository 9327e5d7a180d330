import { diagnose } from '../src/diagnosis/index.ts'
import { done, type Handlers, type WorkJobs } from '../src/queue/index.ts'
import { endWithFailure } from './end-with-failure.ts'
import type { WorkParts } from './parts.ts'

/** Finds out why Rancher has lost the cluster, and says whether re-applying the agents can help. */
export function createDiagnoseJob(parts: WorkParts): Handlers<WorkJobs>['diagnose'] {
  const { runs, change, rancher, openCluster, fingerprint, clock } = parts

  return async function diagnoseJob({ run: runId }, { signal }) {
    const known = await runs.load(runId)
    // The request was refused or joined another run, so this job has nothing to work on.
    if (!known) return done
    const run = await change(runId, () => ({ type: 'begin-diagnosis' }), { within: 'diagnose' })
    if (run.state.kind !== 'diagnosing') return done
    try {
      const { diagnosis } = await diagnose(
        {
          cluster: run.cluster,
          rancher,
          openCluster,
          caPem: parts.rancherCaPem,
          fingerprint,
          clock: () => clock().getTime(),
          limits: { probeMs: parts.probeLimitMs },
        },
        signal,
      )
      const [cause] = diagnosis.causes
      const willPlan = run.goal === 'apply' || (run.goal === 'reconnect' && cause.reapplyHelps)
      await change(runId, () => ({ type: 'record-diagnosis', diagnosis }), {
        within: willPlan ? 'diagnose' : 'plan',
      })
      if (willPlan) return done
      await change(runId, () => ({ type: 'conclude', reason: cause.remedy }))
      return done
    } catch (error) {
      return endWithFailure(parts, runId, 'diagnose', error, signal)
    }
  }
}
