import type { LabMessage } from '../contract.ts'
import type { JsonObject } from '../http/body.ts'
import type { Content, MessageStore } from '../state/message-store.ts'
import type { Workspace } from '../state/workspace.ts'
import type { BotPosts, Posted } from './bot-posts.ts'
import { checkContent } from './message-content.ts'
import { messagePayload } from './message-payload.ts'
import type { Methods } from './methods.ts'

const POST_TEXT_MAX = 40_000
const UPDATE_TEXT_MAX = 4000

export function chatMethods(
  workspace: Workspace,
  messages: MessageStore,
  posts: BotPosts,
): Methods {
  const channelIdOf = (fields: JsonObject) => {
    const wanted = String(fields.channel ?? '')
    return workspace.findChannel(wanted)?.id ?? wanted
  }
  const threadOf = (fields: JsonObject) =>
    typeof fields.thread_ts === 'string' ? fields.thread_ts : null
  const answerOf = (posted: Posted, more: (message: LabMessage) => JsonObject) =>
    posted.ok
      ? {
          ok: true,
          channel: posted.message.channel,
          ts: posted.message.ts,
          ...more(posted.message),
        }
      : posted.answer
  const whole = (message: LabMessage) => ({ message: messagePayload(workspace, message) })

  return {
    'chat.postMessage': async (fields) => {
      const checked = checkContent(fields, POST_TEXT_MAX)
      if (!checked.ok) return checked.answer
      const { channel } = fields
      const posted = await posts.post(String(channel ?? ''), checked.content, threadOf(fields))
      return answerOf(posted, whole)
    },
    'chat.update': async (fields) => {
      const channel = channelIdOf(fields)
      const ts = String(fields.ts ?? '')
      const before = messages.find(channel, ts)
      if (before === undefined) return { ok: false, error: 'message_not_found' }
      const checked = checkContent(fields, UPDATE_TEXT_MAX, before)
      if (!checked.ok) return checked.answer
      if (hasRichText(before) && !hasRichText(checked.content)) {
        return { ok: false, error: 'block_mismatch' }
      }
      const edited = await posts.edit(channel, ts, checked.content)
      return answerOf(edited, (message) => ({ text: message.text, ...whole(message) }))
    },
    'chat.delete': async (fields) =>
      answerOf(await posts.remove(channelIdOf(fields), String(fields.ts ?? '')), () => ({})),
    'chat.postEphemeral': (fields) => {
      const channel = workspace.findChannel(channelIdOf(fields))
      if (channel === undefined) return { ok: false, error: 'channel_not_found' }
      if (!channel.hasBot) return { ok: false, error: 'not_in_channel' }
      const reader = workspace.findPerson(String(fields.user ?? ''))
      if (reader === undefined || reader.deleted) return { ok: false, error: 'user_not_in_channel' }
      const checked = checkContent(fields, POST_TEXT_MAX)
      if (!checked.ok) return checked.answer
      const thread = threadOf(fields)
      const { ts } = posts.postEphemeral(channel.id, reader.id, checked.content, thread)
      return { ok: true, message_ts: ts }
    },
  }
}

/** A message of rich text cannot be edited into one without. */
function hasRichText({ blocks }: Pick<Content, 'blocks'>): boolean {
  return blocks.some(({ type }) => type === 'rich_text')
}
