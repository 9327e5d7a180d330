import type { CauseId } from '../../../recovery/index.ts'

/** Where a line stands. */
export type Writer =
  | 'agent'
  | 'fleet-agent'
  | 'system-agent'
  | 'rancher'
  | 'condition'
  | 'rancher-api'
  | 'event'
  | 'cluster'

/**
 * One kind of line and what it says. In the texts, `{name}` stands for what the group of that name in the pattern matched. Texts are
 * sentences; what stands between backticks is a command or a name.
 */
export interface LineMeaning {
  readonly id: string
  readonly pattern: RegExp
  readonly by: Writer
  /** `fault`: something is broken. `sign`: may come from something that is broken. `normal`: nothing is wrong because of it. */
  readonly weight: 'fault' | 'sign' | 'normal'
  /** How sure the meaning is, given this line alone. */
  readonly confidence: 'certain' | 'likely' | 'possible'
  readonly means: string
  readonly doesNotProve: string
  readonly toDo: string
  /** What a diagnosis calls it, null where the line alone does not say. */
  readonly cause: CauseId | null
}

/** A line that is there when all is well. */
export function normal(
  id: string,
  pattern: RegExp,
  by: Writer,
  means: string,
  doesNotProve = 'That the cluster is connected: other lines, or Rancher, say that.',
): LineMeaning {
  return {
    id,
    pattern,
    by,
    weight: 'normal',
    confidence: 'certain',
    means,
    doesNotProve,
    toDo: 'Nothing because of this line.',
    cause: null,
  }
}
