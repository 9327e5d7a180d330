import type { types } from '@slack/bolt'

export type Block = types.KnownBlock
export type ModalView = types.ModalView

/** What is posted: blocks for the channel, and a full sentence for notifications and screen readers. */
export interface Message {
  readonly text: string
  readonly blocks: readonly Block[]
}
