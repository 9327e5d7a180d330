import { type ChatJobs, done, type Handlers } from '../src/queue/index.ts'
import type { ChatParts } from './chat-parts.ts'

// A card is drawn by whoever changes its run. One that is behind for longer got lost on the way, or no worker has taken the run.
const BEHIND_FOR_MS = 2_000

/** Has every card drawn that has been behind its run for a while, the last state of a run that is over included. */
export function createCatchUpJob(parts: ChatParts): Handlers<ChatJobs>['catch-up'] {
  const { runs, producer, clock } = parts

  return async function catchUpJob() {
    const longAgo = clock().getTime() - BEHIND_FOR_MS
    for (const run of await runs.undrawn()) {
      if (Date.parse(run.changedAt) <= longAgo) await producer.redraw(run.id)
    }
    return done
  }
}
