import { isOver, type Run } from '../../src/recovery/index.ts'
import { startWorld, type World, type WorldOptions } from '../world/index.ts'
import type { Outcome, Scenario } from './contract.ts'
import { createStory } from './story.ts'
import { createTranscript, type Line } from './transcript.ts'

/** How a scenario was played. `asExpected` says whether it ended as its `ends` demands. */
export interface Played extends Outcome {
  readonly asExpected: boolean
  readonly seconds: number
}

/**
 * Plays a scenario in a world of its own, which is taken down afterwards whatever happens. `look` may inspect the world before that.
 */
export async function playScenario(
  scenario: Scenario,
  options: WorldOptions,
  emit: (line: Line) => void,
  look: (world: World) => void | Promise<void> = () => undefined,
): Promise<Played> {
  const world = await startWorld({ ...scenario.world, ...options })
  try {
    const transcript = createTranscript(emit, () => new Date())
    const started = performance.now()
    const story = createStory(world, transcript)
    await scenario.play(story)
    const seconds = Math.round((performance.now() - started) / 100) / 10
    const [run] = await world.runs.recent(1)
    if (!run || !isOver(run)) throw new Error(`scenario ${scenario.name} left its run open`)
    await look(world)
    const outcome = outcomeOf(run, story.writes())
    return { ...outcome, asExpected: matches(scenario.ends, outcome), seconds }
  } finally {
    await world.close()
  }
}

function outcomeOf(run: Run, writes: number): Outcome {
  const { state } = run
  return {
    outcome: state.kind,
    ...('diagnosis' in state && state.diagnosis ? { cause: state.diagnosis.causes[0].id } : {}),
    ...('failure' in state ? { code: state.failure.code } : {}),
    writes,
  }
}

function matches(expected: Partial<Outcome>, actual: Outcome): boolean {
  return Object.entries(expected).every(([key, value]) => Reflect.get(actual, key) === value)
}
