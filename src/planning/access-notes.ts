import type { ReachedBy } from '../rancher/index.ts'

/** How Rancher was reached, where that was not the first of the configured ways. */
export function accessNotes(reachedBy: ReachedBy | null): readonly string[] {
  if (reachedBy === null || reachedBy.passedOver.length === 0) return []
  const reasons = reachedBy.passedOver.map(({ way, failure }) => `${way}: ${failure.message}`)
  return [`Rancher was read through the ${reachedBy.way}. ${reasons.join(' ')}`]
}

export function renderedNote(because: string): string {
  return `Rancher could not be asked for the agent manifest, so Reagent rendered it from Rancher’s settings and the registration token. ${because}`
}
