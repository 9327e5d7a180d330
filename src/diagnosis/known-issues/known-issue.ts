import type { VersionRange } from '../../rancher/index.ts'
import type { Observations } from '../observations.ts'

/** A fault of Rancher itself, or of how it is used, that others have met: how it shows, and what to expect and do. */
export interface KnownIssue {
  /** Where it is discussed, such as `rancher/rancher#35151`. */
  readonly issue: string
  /** Versions of Rancher that have it; null where it does not depend on the version. */
  readonly versions: readonly VersionRange[] | null
  /** True where it also shows while the cluster is connected, and nothing is wrong. */
  readonly whileConnected?: true
  /** Whether it is seen. Pure; asked only for versions in range. */
  readonly symptom: (observations: Observations) => boolean
  /** What happens and what to do, as one sentence for the card without a full stop. */
  readonly note: string
}
