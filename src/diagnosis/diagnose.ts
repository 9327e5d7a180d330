import { setTimeout as pause } from 'node:timers/promises'
import type { RancherCluster } from '../rancher/index.ts'
import type { Diagnosis } from '../recovery/index.ts'
import { findCauses } from './find-causes.ts'
import { findNotes } from './find-notes.ts'
import { haveNotSpokenYet } from './not-spoken-yet.ts'
import { answerIn, type DiagnosisRequest, type Observations } from './observations.ts'
import { observe } from './observe.ts'
import { lostSince } from './rancher-says.ts'

/**
 * Finds out why Rancher has lost a cluster. Writes nothing. With Rancher's record when it could be read; what makes it reject is
 * said at `observe`. Re-applying is called for exactly when `causes[0].reapplyHelps`.
 */
export async function diagnose(
  request: DiagnosisRequest,
  signal: AbortSignal,
): Promise<{ readonly diagnosis: Diagnosis; readonly rancherCluster: RancherCluster | null }> {
  const observations = await observeUntilDecided(request, signal)
  const rancherCluster = answerIn(observations.record)
  const causes = findCauses(observations)
  const diagnosis: Diagnosis = {
    cluster: { id: rancherCluster?.id ?? null, name: rancherCluster?.name ?? request.cluster },
    rancherState: rancherCluster?.state ?? null,
    lostSince: rancherCluster && lostSince(rancherCluster),
    causes,
    notes: findNotes(observations, causes),
    looks: observations.looks,
  }
  return { diagnosis, rancherCluster }
}

const SECOND_LOOK_AFTER_MS = 2_000

/** Before a re-apply is called for, agents that have just started get the time to say what they meet. */
async function observeUntilDecided(
  request: DiagnosisRequest,
  signal: AbortSignal,
): Promise<Observations> {
  const first = await observe(request, signal)
  if (!findCauses(first)[0].reapplyHelps || !haveNotSpokenYet(first)) return first
  const afterMs = request.limits?.secondLookAfterMs ?? SECOND_LOOK_AFTER_MS
  await pause(afterMs, undefined, { signal }).catch(() => signal.throwIfAborted())
  return { ...(await observe(request, signal)), isSecondLook: true }
}
