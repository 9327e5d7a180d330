import type { Cause, CauseId } from '../../recovery/index.ts'
import type { Observations } from '../observations.ts'

/** What a signature says about one cluster. */
export type Finding = Omit<Cause, 'id' | 'disproof'>

/** How one cause is recognised from one side. Pure; null when nothing speaks for it. */
export interface Signature {
  readonly id: CauseId
  /** Completes "not so if …": what would show that it is something else. */
  readonly disproof: string
  readonly recognise: (observations: Observations) => Finding | null
}

export const CHANGES_NOTHING = 'Applying the agent manifest changes nothing.'
