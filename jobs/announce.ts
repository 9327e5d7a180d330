import { again, type ChatJobs, done, type Handlers, type JobOutcome } from '../src/queue/index.ts'
import type { Run } from '../src/recovery/index.ts'
import { type PostResult, renderCard, renderNotPosted } from '../src/slack/index.ts'
import type { ChatParts } from './chat-parts.ts'

const UNREACHABLE_RETRY_MS = 2_000

function about({ id, cluster }: Run) {
  return { run: id, cluster }
}

/**
 * Brings the one card of a run up to date. Many changes make one edit: whatever is newest when the job runs is drawn. A card that was
 * deleted is posted anew. Where a channel does not take it, the person who asked is told once; the run goes on, and the channel is tried
 * again with each change.
 */
export function createAnnounceJob(parts: ChatParts): Handlers<ChatJobs>['announce'] {
  const { runs, chat, operations, proof, log, meter, clock } = parts

  return async function announceJob({ run: runId }) {
    const run = await runs.load(runId)
    if (!run?.conversation) return done
    const { channelId } = run.conversation
    const known = await runs.cardOf(runId)
    if (known && known.version >= run.version) return done
    const card = renderCard(run, { approvers: operations.approversOf(run), proof })
    const metadata = { run: runId, version: run.version }
    if (known?.ts) {
      const updated = await chat.update(known.channelId, known.ts, card, metadata)
      if (updated.kind !== 'gone') return settle(run, known.ts, updated)
    }
    const posted = await chat.post(channelId, card, metadata)
    if (posted.kind === 'refused' && known === null) {
      await chat.postPrivately(run.requestedBy.userId, renderNotPosted(run, channelId))
    }
    return settle(run, null, posted)
  }

  async function settle(run: Run, ts: string | null, result: PostResult): Promise<JobOutcome> {
    const { id, version } = run
    const channelId = run.conversation?.channelId ?? ''
    switch (result.kind) {
      case 'posted':
        await runs.saveCard(id, { channelId, ts: ts ?? result.ts, version })
        tellDrawn(run)
        return done
      case 'rate-limited':
        return again(result.afterMs)
      case 'unreachable':
        return again(UNREACHABLE_RETRY_MS)
      default:
        log.error({ ...about(run), channel: channelId, result }, 'the card could not be posted')
        await runs.saveCard(id, { channelId, ts, version })
        return done
    }
  }

  function tellDrawn(run: Run): void {
    // Another machine's clock may have dated the change a little ahead.
    const lateMs = Math.max(0, clock().getTime() - Date.parse(run.changedAt))
    meter.cardDrawn(lateMs / 1_000)
    const { version, state } = run
    log.info({ ...about(run), state: state.kind, version, lateMs }, 'the card shows the run')
  }
}
