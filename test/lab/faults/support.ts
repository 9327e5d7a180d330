import { expect, test } from 'vitest'
import {
  createRandom,
  type Fault,
  missingSymptoms,
  type StageOptions,
  startStage,
  untilSymptom,
} from '../../../lab/faults/index.ts'

/** Plays a fault on a stage of its own: before, not all of it is there; afterwards it shows in every place that it names. */
export async function playAndLook(
  fault: Fault,
  options: StageOptions,
  seed = fault.name.length,
): Promise<void> {
  const stage = await startStage(options)
  try {
    const before = await missingSymptoms(stage, fault.symptom(stage))
    if (fault.name !== 'healthy') expect(before).not.toEqual([])
    await fault.play(stage, createRandom(seed))
    await untilSymptom(stage, fault)
  } finally {
    await stage.close()
  }
}

/** One test a fault and version of Rancher, where the fault exists there. */
export function showEverywhere(faults: readonly Fault[], versions: readonly string[]): void {
  for (const rancherVersion of versions) {
    for (const fault of faults) {
      if (fault.existsOn?.(rancherVersion) === false) continue
      test.concurrent(`${rancherVersion}: ${fault.title} (${fault.name})`, () =>
        playAndLook(fault, { rancherVersion }))
    }
  }
}
