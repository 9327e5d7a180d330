import { isBlock, isJsonObject, refuseBlocks } from '../block-kit/index.ts'
import type { Attachment } from '../contract.ts'
import type { JsonObject } from '../http/body.ts'
import type { Content } from '../state/message-store.ts'

export type CheckedContent =
  | { readonly ok: true; readonly content: Content }
  | { readonly ok: false; readonly answer: JsonObject }

const ATTACHMENTS_MAX = 100

/** What stands in place of fields that were not sent; for an edit, what was there before. */
export type Fallback = Pick<Content, 'text' | 'blocks' | 'attachments'>

export const NOTHING: Fallback = { text: '', blocks: [], attachments: [] }

/**
 * Reads text, blocks and attachments as Slack does when it takes a message, and refuses what Slack refuses:
 * `no_text`, `msg_too_long`, `too_many_attachments`, `invalid_blocks`, `invalid_blocks_format`, `invalid_attachments`, `msg_blocks_too_long`.
 */
export function checkContent(
  fields: JsonObject,
  textMax: number,
  fallback: Fallback = NOTHING,
): CheckedContent {
  const text = typeof fields.text === 'string' ? fields.text : undefined
  const blocks = fields.blocks ?? (text === undefined ? fallback.blocks : [])
  const attachments = fields.attachments ?? fallback.attachments
  if (!Array.isArray(blocks)) return refuse('invalid_blocks_format')
  if (!Array.isArray(attachments) || !attachments.every(isJsonObject)) {
    return refuse('invalid_attachments')
  }
  if (attachments.length > ATTACHMENTS_MAX) return refuse('too_many_attachments')
  const problem = [
    refuseBlocks(blocks),
    ...attachments.map((one, at) => refuseBlocks(one.blocks ?? [], `/attachments/${at}/blocks`)),
  ].find((found) => found !== null)
  if (problem !== undefined) {
    return {
      ok: false,
      answer: {
        ok: false,
        error: problem.error,
        errors: problem.messages,
        response_metadata: { messages: problem.messages },
      },
    }
  }
  if (text !== undefined && [...text].length > textMax) return refuse('msg_too_long')
  if ((text ?? '') === '' && blocks.length === 0 && attachments.length === 0) {
    return refuse('no_text')
  }
  return {
    ok: true,
    content: {
      text: text ?? fallback.text,
      blocks: blocks.filter(isBlock),
      attachments: attachments.map(toAttachment),
      ...(fields.metadata === undefined ? {} : { metadata: fields.metadata }),
    },
  }
}

function toAttachment(attachment: JsonObject): Attachment {
  const { blocks, color, ...rest } = attachment
  return {
    ...rest,
    ...(typeof color === 'string' ? { color } : {}),
    blocks: Array.isArray(blocks) ? blocks.filter(isBlock) : [],
  }
}

function refuse(error: string): CheckedContent {
  return { ok: false, answer: { ok: false, error } }
}
