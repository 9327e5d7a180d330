import { z } from 'zod'
import { actionsElement, contextElement, inputElement, sectionAccessory } from './elements.ts'
import { richText } from './rich-text.ts'
import { anyText, characters, id, plainText } from './text.ts'

const block_id = id

const section = z
  .strictObject({
    type: z.literal('section'),
    block_id,
    text: anyText(3000).optional(),
    fields: z.array(anyText(2000)).min(1).max(10).optional(),
    accessory: sectionAccessory.optional(),
    expand: z.boolean().optional(),
  })
  .check(({ value, issues }) => {
    if (value.text === undefined && value.fields === undefined) {
      issues.push({ code: 'invalid_type', expected: 'object', path: ['text'], input: undefined })
    }
  })

const header = z.strictObject({ type: z.literal('header'), block_id, text: plainText(150) })

const context = z.strictObject({
  type: z.literal('context'),
  block_id,
  elements: z.array(contextElement).min(1).max(10),
})

const actions = z.strictObject({
  type: z.literal('actions'),
  block_id,
  elements: z.array(actionsElement).min(1).max(25),
})

const divider = z.strictObject({ type: z.literal('divider'), block_id })

const image = z.strictObject({
  type: z.literal('image'),
  block_id,
  alt_text: characters(2000),
  title: plainText(2000).optional(),
  image_url: characters(3000).optional(),
  slack_file: z.looseObject({}).optional(),
})

const input = z.strictObject({
  type: z.literal('input'),
  block_id,
  label: plainText(2000),
  hint: plainText(2000).optional(),
  optional: z.boolean().optional(),
  dispatch_action: z.boolean().optional(),
  element: inputElement,
})

const markdown = z.strictObject({ type: z.literal('markdown'), block_id, text: characters(12_000) })

const rich = z.strictObject({ type: z.literal('rich_text'), block_id, elements: richText })

const cell = z.discriminatedUnion('type', [
  rich,
  z.strictObject({ type: z.literal('raw_text'), text: z.string() }),
  z.looseObject({ type: z.literal('raw_number') }),
])

const table = z.strictObject({
  type: z.literal('table'),
  block_id,
  rows: z.array(z.array(cell).min(1).max(20)).min(1).max(100),
  column_settings: z.array(z.looseObject({}).nullable()).max(20).optional(),
})

/** Blocks that Slack knows and of which only the kind is checked here. */
const lessChecked = (kind: string) => z.looseObject({ type: z.literal(kind), block_id })

const common = [section, header, context, actions, divider, image, input, rich, markdown] as const
const newer = [
  table,
  lessChecked('data_table'),
  lessChecked('container'),
  lessChecked('context_actions'),
  lessChecked('video'),
  lessChecked('file'),
  lessChecked('card'),
  lessChecked('carousel'),
  lessChecked('task_card'),
  lessChecked('plan'),
] as const
const alert = z.strictObject({
  type: z.literal('alert'),
  block_id,
  text: anyText(200),
  level: z.enum(['default', 'info', 'warning', 'error', 'success']).optional(),
})

export const messageBlocks = z.array(z.discriminatedUnion('type', [...common, ...newer])).max(50)

export const modalBlocks = z
  .array(z.discriminatedUnion('type', [...common, ...newer, alert]))
  .max(100)
