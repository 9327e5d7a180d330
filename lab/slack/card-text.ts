import { isBlock, isJsonObject } from './block-kit/index.ts'
import type { Attachment, Block } from './contract.ts'

export interface Readable {
  readonly text: string
  readonly blocks: readonly Block[]
  readonly attachments?: readonly Attachment[]
}

/**
 * What a reader sees of a message, a modal's blocks or a change, as plain text: a line a block, buttons in `[brackets]`,
 * menus in `[brackets ▾]`. The fallback `text` shows only when there are no blocks, as in Slack.
 */
export function cardText({ text, blocks, attachments = [] }: Readable): string {
  const all = [...blocks, ...attachments.flatMap((attachment) => attachment.blocks)]
  const lines = all.map(blockText).filter((line) => line !== '')
  return lines.length === 0 ? text : lines.join('\n')
}

function blockText(block: Block): string {
  switch (block.type) {
    case 'divider':
      return '———'
    case 'section':
      return [
        textOf(block.text),
        listOf(block.fields).map(textOf).join('\n'),
        textOf(block.accessory),
      ]
        .filter((part) => part !== '')
        .join('\n')
    case 'context':
    case 'actions':
      return listOf(block.elements).map(textOf).join(' ')
    case 'input':
      return [`${textOf(block.label)}:`, textOf(block.element), textOf(block.hint)].join(' ').trim()
    case 'table':
      return listOf(block.rows)
        .map((row) => listOf(row).map(textOf).join(' | '))
        .join('\n')
    case 'image':
      return `(image: ${String(block.alt_text)})`
    default:
      return textOf(block)
  }
}

/** The text of anything inside a block. */
function textOf(value: unknown): string {
  if (typeof value === 'string') return value
  if (Array.isArray(value)) return value.map(textOf).join('')
  if (!isJsonObject(value)) return ''
  switch (value.type) {
    case 'button':
    case 'workflow_button':
      return `[${textOf(value.text)}]`
    case 'plain_text_input':
    case 'email_text_input':
    case 'url_text_input':
    case 'number_input':
      return `[${textOf(value.initial_value) || textOf(value.placeholder)}]`
    case 'radio_buttons':
    case 'checkboxes':
      return listOf(value.options)
        .map((option) => `[${isJsonObject(option) ? textOf(option.text) : ''}]`)
        .join(' ')
    case 'overflow':
      return '[⋯ ▾]'
    case 'image':
      return `(image: ${textOf(value.alt_text)})`
    case 'rich_text':
      return listOf(value.elements).map(textOf).join('\n')
    case 'rich_text_list':
      return listOf(value.elements)
        .map((item) => `• ${textOf(item)}`)
        .join('\n')
    case 'link':
      return textOf(value.text) || textOf(value.url)
    case 'user':
      return `<@${textOf(value.user_id)}>`
    case 'usergroup':
      return `<!subteam^${textOf(value.usergroup_id)}>`
    case 'channel':
      return `<#${textOf(value.channel_id)}>`
    case 'emoji':
      return `:${textOf(value.name)}:`
    case 'date':
      return textOf(value.fallback)
    case 'container':
      return [
        textOf(value.title),
        ...listOf(value.child_blocks).filter(isBlock).map(blockText),
      ].join('\n')
    default:
      if (typeof value.type === 'string' && /select$|picker$/.test(value.type)) {
        return `[${textOf(value.initial_option) || textOf(value.placeholder) || value.type} ▾]`
      }
      return textOf(value.text ?? value.elements ?? value.title)
  }
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}
