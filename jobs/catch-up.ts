import { type ChatJobs, done, type Handlers } from '../src/queue/index.ts'
import type { ChatParts } from './chat-parts.ts'

// A card is drawn by whoever changes its run. One that is behind for longer got lost on the way, or no worker has taken the run.
const BEHIND_FOR_MS = 2_000
// Slack takes no more than that until the next look.
const MOST_AT_ONCE = 15

/** Has cards drawn that have been behind their run for a while, the last state of a run that is over included; some at each look. */
export function createCatchUpJob(parts: ChatParts): Handlers<ChatJobs>['catch-up'] {
  const { runs, producer, clock } = parts

  return async function catchUpJob() {
    const longAgo = clock().getTime() - BEHIND_FOR_MS
    const behind = (await runs.undrawn(MOST_AT_ONCE)).filter(
      (run) => Date.parse(run.changedAt) <= longAgo,
    )
    await Promise.all(behind.map((run) => producer.redraw(run)))
    return done
  }
}
