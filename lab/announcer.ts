/** Tells everybody who listens, in the order in which they came. */
export interface Announcer<Event> {
  announce(event: Event): void
  /** Gives the function that ends the subscription. */
  subscribe(listener: (event: Event) => void): () => void
}

export function createAnnouncer<Event>(): Announcer<Event> {
  const listeners = new Set<(event: Event) => void>()
  return {
    announce(event) {
      for (const listener of listeners) listener(event)
    },
    subscribe(listener) {
      listeners.add(listener)
      return () => {
        listeners.delete(listener)
      }
    },
  }
}
