import { controlIds } from '../block-kit/index.ts'
import type { Attachment, Block, ChangeType, LabMessage } from '../contract.ts'
import type { Changes } from './changes.ts'
import type { Numbering } from './identifiers.ts'

/** What a message says; the rest is who said it where. */
export interface Content {
  readonly text: string
  readonly blocks: readonly Block[]
  readonly attachments: readonly Attachment[]
  readonly metadata?: unknown
}

interface NewMessage extends Content {
  readonly channel: string
  readonly user: string
  readonly ts: string
  readonly threadTs: string | null
  readonly onlyFor: string | null
}

/** The messages that people see now. Ephemeral ones are here too, with `onlyFor`. */
export interface MessageStore {
  add(message: NewMessage): LabMessage
  edit(channel: string, ts: string, content: Content): LabMessage | undefined
  remove(channel: string, ts: string): LabMessage | undefined
  find(channel: string, ts: string): LabMessage | undefined
  /** Of one channel, oldest first, without ephemerals. */
  inChannel(channel: string): readonly LabMessage[]
  /** Ephemerals of one person, oldest first. */
  onlyFor(user: string): readonly LabMessage[]
}

export function createMessageStore(changes: Changes, numbering: Numbering): MessageStore {
  const messages = new Map<string, LabMessage>()
  const key = (channel: string, ts: string) => `${channel}/${ts}`
  const change = (publicType: ChangeType, ephemeralType: ChangeType, message: LabMessage) => {
    const { channel, ts, text, blocks, attachments, onlyFor } = message
    changes.tell({
      type: onlyFor === null ? publicType : ephemeralType,
      channel,
      ts,
      text,
      blocks: [...blocks, ...attachments.flatMap((attachment) => attachment.blocks)],
      ...(onlyFor === null ? {} : { user: onlyFor }),
    })
    return message
  }
  const withIds = ({ blocks, attachments }: Content) => ({
    blocks: controlIds(blocks, numbering),
    attachments: attachments.map((one) => ({ ...one, blocks: controlIds(one.blocks, numbering) })),
  })
  const inOrder = (wanted: (message: LabMessage) => boolean) =>
    [...messages.values()].filter(wanted).sort((a, b) => (a.ts < b.ts ? -1 : 1))

  return {
    add: (message) => {
      const added = { metadata: null, ...message, ...withIds(message), edits: 0 }
      messages.set(key(added.channel, added.ts), added)
      return change('posted', 'ephemeral', added)
    },
    edit: (channel, ts, content) => {
      const before = messages.get(key(channel, ts))
      if (before === undefined) return undefined
      const edited = { ...before, ...content, ...withIds(content), edits: before.edits + 1 }
      messages.set(key(channel, ts), edited)
      return change('edited', 'ephemeral_edited', edited)
    },
    remove: (channel, ts) => {
      const before = messages.get(key(channel, ts))
      if (before === undefined) return undefined
      messages.delete(key(channel, ts))
      return change('deleted', 'ephemeral_deleted', before)
    },
    find: (channel, ts) => messages.get(key(channel, ts)),
    inChannel: (channel) =>
      inOrder((message) => message.channel === channel && message.onlyFor === null),
    onlyFor: (user) => inOrder((message) => message.onlyFor === user),
  }
}
