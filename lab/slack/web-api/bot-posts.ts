import type { LabMessage } from '../contract.ts'
import type { JsonObject } from '../http/body.ts'
import type { Numbering } from '../state/identifiers.ts'
import type { Content, MessageStore } from '../state/message-store.ts'
import type { Workspace } from '../state/workspace.ts'
import type { EmulatorBehind } from './emulator.ts'

export type Posted =
  | { readonly ok: true; readonly message: LabMessage }
  | { readonly ok: false; readonly answer: JsonObject }

/** What the bot writes, stored in the emulator and remembered as people see it. */
export interface BotPosts {
  /** `channel` is a channel's id or name, or a person's id for a direct message. */
  post(channel: string, content: Content, threadTs: string | null): Promise<Posted>
  edit(channel: string, ts: string, content: Content): Promise<Posted>
  remove(channel: string, ts: string): Promise<Posted>
  postEphemeral(
    channel: string,
    user: string,
    content: Content,
    threadTs: string | null,
  ): LabMessage
}

export interface BotPostsParts {
  readonly workspace: Workspace
  readonly emulator: EmulatorBehind
  readonly messages: MessageStore
  readonly numbering: Numbering
}

export function createBotPosts(parts: BotPostsParts): BotPosts {
  const { workspace, emulator, messages, numbering } = parts
  const user = workspace.botUserId
  const refused = (error: string): Posted => ({ ok: false, answer: { ok: false, error } })
  const own = (channel: string, ts: string, error: string) => {
    const message = messages.find(channel, ts)
    if (message === undefined || message.onlyFor !== null) return refused('message_not_found')
    return message.user === user ? { ok: true as const, message } : refused(error)
  }

  return {
    post: async (wanted, content, threadTs) => {
      const channel = workspace.findChannel(wanted)
      const person = workspace.findPerson(wanted)
      const id = channel?.id ?? (person === undefined ? wanted : workspace.directChannelId(person))
      if (channel?.hasBot === false) return refused('not_in_channel')
      const answer = await emulator.callForNewIds('chat.postMessage', {
        channel: person?.id ?? id,
        ...fieldsOf(content),
        ...(threadTs === null ? {} : { thread_ts: threadTs }),
      })
      if (typeof answer.ts !== 'string') return { ok: false, answer }
      const ts = numbering.nextTs()
      emulator.pair(ts, answer.ts)
      if (person !== undefined && typeof answer.channel === 'string') {
        emulator.pair(id, answer.channel)
      }
      const message = messages.add({ ...content, channel: id, user, ts, threadTs, onlyFor: null })
      return { ok: true, message }
    },
    edit: async (channel, ts, content) => {
      const before = own(channel, ts, 'cant_update_message')
      if (!before.ok) return before
      const answer = await emulator.call('chat.update', { channel, ts, ...fieldsOf(content) })
      if (answer.ok !== true) return { ok: false, answer }
      const message = messages.edit(channel, ts, content)
      return message === undefined ? refused('message_not_found') : { ok: true, message }
    },
    remove: async (channel, ts) => {
      const before = own(channel, ts, 'cant_delete_message')
      if (!before.ok) return before
      const answer = await emulator.call('chat.delete', { channel, ts })
      if (answer.ok !== true) return { ok: false, answer }
      messages.remove(channel, ts)
      return before
    },
    postEphemeral: (channel, onlyFor, content, threadTs) =>
      messages.add({ ...content, channel, user, ts: numbering.nextTs(), threadTs, onlyFor }),
  }
}

function fieldsOf({ text, blocks, attachments, metadata }: Content): Record<string, string> {
  return {
    text,
    blocks: JSON.stringify(blocks),
    attachments: JSON.stringify(attachments),
    ...(metadata === undefined || metadata === null ? {} : { metadata: JSON.stringify(metadata) }),
  }
}
