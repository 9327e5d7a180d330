/** The latest things that happened in a world, for people to read. */
export interface Happenings {
  /** Newest first. */
  readonly latest: readonly { readonly at: string; readonly text: string }[]
  note(text: string): void
}

const KEPT = 8

export function createHappenings(now: () => Date): Happenings {
  const latest: { at: string; text: string }[] = []
  return {
    latest,
    note(text) {
      latest.unshift({ at: now().toISOString(), text })
      latest.splice(KEPT)
    },
  }
}
