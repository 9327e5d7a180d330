import type { CauseId, FailureCode, RunStateKind } from '../../src/recovery/index.ts'
import type { WorldOptions } from '../world/index.ts'
import type { Story } from './story.ts'

/** How a story ended: the last state of its last run, and why. */
export interface Outcome {
  readonly outcome: RunStateKind
  /** First cause of the diagnosis, where there is one. */
  readonly cause?: CauseId
  /** Code of the failure that ended it, where one did. */
  readonly code?: FailureCode
  /** Objects that were really written on the cluster, without dry runs. */
  readonly writes: number
}

/** A story that the lab plays: what breaks, what people do, and how it must end. */
export interface Scenario {
  readonly name: string
  /** One sentence for `--list`. */
  readonly title: string
  readonly ends: Partial<Outcome> & Pick<Outcome, 'outcome'>
  readonly world?: WorldOptions
  readonly play: (story: Story) => Promise<void>
}
