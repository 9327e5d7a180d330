import type { Cause, CauseId } from '../../recovery/index.ts'
import type { Observations } from '../observations.ts'

/** What a signature says about one cluster: the cause without its name. */
export type Finding = Omit<Cause, 'id'>

/** How one cause is recognised from one side. Pure; null when nothing speaks for it. */
export interface Signature {
  readonly id: CauseId
  readonly recognise: (observations: Observations) => Finding | null
}
