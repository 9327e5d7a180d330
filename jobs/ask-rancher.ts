import { again, done, type JobOutcome } from '../src/queue/index.ts'
import { nameOfStep, stepsOf } from '../src/recovery/index.ts'
import type { WorkParts } from './parts.ts'

/** A pod starts within a minute, its first tunnel opens within 15 s; Rancher keeps the wish until it can push. */
const MOST_WAIT_FOR_TUNNEL_MS = 120_000

/**
 * Ends an apply whose objects are all written: asks Rancher for what the plan says besides, once the agents' first tunnel carries calls
 * or has been waited for long enough. Run again after an interruption, it asks for nothing that this run has asked for before.
 */
export async function askRancher(
  { runs, rancher, change, clock, proof }: WorkParts,
  runId: string,
  fence: number,
  signal: AbortSignal,
): Promise<JobOutcome> {
  const run = await runs.load(runId)
  if (run?.state.kind !== 'applying') return done
  const { written, plan } = run.state
  const mostWaitMs = Math.min(MOST_WAIT_FOR_TUNNEL_MS, proof.giveUpAfterMs / 2)
  for (const step of stepsOf(plan).filter((one) => !written.includes(nameOfStep(one)))) {
    const isInTime = clock().getTime() - Date.parse(run.changedAt) < mostWaitMs
    if (isInTime && !(await rancher.tunnelAnswers(step.cluster, signal))) {
      return again(proof.lookEveryMs)
    }
    await rancher.askForPush(step.cluster, runId, signal)
    await change(runId, () => ({ type: 'record-writes', objects: [nameOfStep(step)], fence }), {
      within: 'apply',
    })
  }
  await change(runId, () => ({ type: 'finish-apply' }))
  return done
}
