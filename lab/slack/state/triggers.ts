import { secretFor } from './identifiers.ts'

const LIVES_FOR_MS = 3000

type Redeemed =
  | { readonly ok: true; readonly user: string }
  | {
      readonly ok: false
      readonly error: 'invalid_trigger_id' | 'expired_trigger_id' | 'exchanged_trigger_id'
    }

/** Trigger ids: each opens one modal for one person, within 3 s. */
export interface Triggers {
  issue(user: string): string
  redeem(triggerId: string): Redeemed
}

export function createTriggers(seed: number, now: () => Date): Triggers {
  const issued = new Map<string, { user: string; at: number; used: boolean }>()
  return {
    issue: (user) => {
      const number = issued.size + 1
      const id = `${9_000_000 + number}.100.${secretFor(`trigger ${number}`, seed)}`
      issued.set(id, { user, at: now().getTime(), used: false })
      return id
    },
    redeem: (triggerId) => {
      const trigger = issued.get(triggerId)
      if (trigger === undefined) return { ok: false, error: 'invalid_trigger_id' }
      if (trigger.used) return { ok: false, error: 'exchanged_trigger_id' }
      if (now().getTime() - trigger.at > LIVES_FOR_MS) {
        return { ok: false, error: 'expired_trigger_id' }
      }
      trigger.used = true
      return { ok: true, user: trigger.user }
    },
  }
}
