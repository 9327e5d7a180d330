import type { Abilities } from './abilities.ts'
import type { Connection } from './connection.ts'
import type { ServedKinds } from './contract.ts'

/** The field manager under which Reagent writes. */
export const FIELD_MANAGER = 'reagent'
export const APPLY_PATCH = 'application/apply-patch+yaml'

/** What reading objects needs. */
export interface Target {
  readonly connection: Connection
  readonly served: ServedKinds
  readonly fingerprintKey: Uint8Array
}

/** What comparing and writing them needs. */
export interface WritableTarget extends Target {
  abilities(signal: AbortSignal): Promise<Abilities>
}
