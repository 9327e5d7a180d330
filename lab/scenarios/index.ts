import type { Scenario } from './contract.ts'
import { looking } from './looking.ts'
import { recovering } from './recovering.ts'
import { secondSession } from './second-session.ts'
import { stopping } from './stopping.ts'

export type { Scenario } from './contract.ts'
export { playScenario } from './play.ts'
export type { Line } from './transcript.ts'

/** Every scenario, in the order in which they are listed. */
export const scenarios: readonly Scenario[] = [
  ...recovering,
  ...secondSession,
  ...looking,
  ...stopping,
]
