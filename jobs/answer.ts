import { again, type ChatJobs, done, type Handlers } from '../src/queue/index.ts'
import { renderAnswer } from '../src/slack/index.ts'
import type { ChatParts } from './chat-parts.ts'

const UNREACHABLE_RETRY_MS = 2_000

/** Tells one person the answer to a question; nobody else sees it. */
export function createAnswerJob({
  chat,
  log,
}: Pick<ChatParts, 'chat' | 'log'>): Handlers<ChatJobs>['answer'] {
  return async function answerJob({ answer, asked }) {
    const { by, conversation } = asked
    const message = renderAnswer(answer)
    const shown = await chat.postEphemeral(conversation.channelId, by.userId, message)
    // Where the bot is no member, nothing can be shown in the channel.
    const result = shown.kind === 'refused' ? await chat.postPrivately(by.userId, message) : shown
    if (result.kind === 'rate-limited') return again(result.afterMs)
    if (result.kind === 'unreachable') return again(UNREACHABLE_RETRY_MS)
    if (result.kind !== 'posted') log.error({ result }, 'an answer could not be delivered')
    return done
  }
}
