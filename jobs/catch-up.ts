import { type ChatJobs, done, type Handlers } from '../src/queue/index.ts'
import type { ChatParts } from './chat-parts.ts'

// A card is drawn by whoever changes its run. One that is behind for longer got lost on the way, or no worker has taken the run.
const BEHIND_FOR_MS = 2_000

/** Has the card of every open run drawn that has been behind its run for a while. */
export function createCatchUpJob(parts: ChatParts): Handlers<ChatJobs>['catch-up'] {
  const { runs, producer, clock } = parts

  return async function catchUpJob() {
    const longAgo = clock().getTime() - BEHIND_FOR_MS
    for (const run of await runs.openRuns()) {
      if (run.conversation === null || Date.parse(run.changedAt) > longAgo) continue
      const card = await runs.cardOf(run.id)
      if (!card || card.version < run.version) await producer.redraw(run.id)
    }
    return done
  }
}
