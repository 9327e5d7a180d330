import type { Log, Meter } from '../src/observe/index.ts'
import type { Operations } from '../src/operations/index.ts'
import type { Producer } from '../src/queue/index.ts'
import type { CardPoster } from '../src/slack/index.ts'
import type { RunStore } from '../src/store/index.ts'

/** What the jobs of a bot are made of. */
export interface ChatParts {
  readonly runs: RunStore
  readonly producer: Producer
  readonly chat: CardPoster
  readonly operations: Pick<Operations, 'approversOf'>
  /** When a cluster counts as back: cards say so while that is waited for. */
  readonly proof: { readonly stableForMs: number; readonly giveUpAfterMs: number }
  readonly clock: () => Date
  readonly log: Log
  readonly meter: Pick<Meter, 'cardDrawn'>
}
