import { z } from 'zod'
import { button, image } from './elements.ts'
import { richText } from './rich-text.ts'
import { anyText, characters, id, mrkdwn, plainText } from './text.ts'

// Blocks that came after the first set. Limits as documented; fields as in the SDK's types.

const block_id = id
const url = characters(3000)
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

/** A header and one row at least. */
const dataTable = z.strictObject({
  type: z.literal('data_table'),
  block_id,
  rows: z.array(z.array(cell).min(1)).min(2).max(101),
  caption: characters(Number.POSITIVE_INFINITY),
  page_size: z.int().min(1).max(100).optional(),
  row_header_column_index: z.int().min(0).optional(),
})

const card = z.strictObject({
  type: z.literal('card'),
  block_id,
  hero_image: image.optional(),
  icon: image.optional(),
  title: mrkdwn(150).optional(),
  subtitle: mrkdwn(150).optional(),
  body: mrkdwn(200).optional(),
  actions: z.array(button).optional(),
})

const carousel = z.strictObject({
  type: z.literal('carousel'),
  block_id,
  elements: z.array(card).min(1).max(10),
})

const contextActions = z.strictObject({
  type: z.literal('context_actions'),
  block_id,
  elements: z
    .array(
      z.discriminatedUnion('type', [
        z.looseObject({ type: z.literal('feedback_buttons'), action_id: id }),
        z.looseObject({ type: z.literal('icon_button'), action_id: id }),
      ]),
    )
    .min(1)
    .max(5),
})

const file = z.strictObject({
  type: z.literal('file'),
  block_id,
  source: z.string(),
  external_id: characters(255),
})

const video = z.strictObject({
  type: z.literal('video'),
  block_id,
  video_url: url,
  thumbnail_url: url,
  alt_text: characters(2000),
  title: plainText(200),
  title_url: url.optional(),
  author_name: characters(50).optional(),
  provider_name: z.string().optional(),
  provider_icon_url: url.optional(),
  description: plainText(200).optional(),
})

const taskCard = z.strictObject({
  type: z.literal('task_card'),
  block_id,
  task_id: characters(255),
  title: characters(Number.POSITIVE_INFINITY),
  details: rich.optional(),
  output: rich.optional(),
  sources: z.array(z.strictObject({ type: z.literal('url'), url, text: z.string() })).optional(),
  status: z.enum(['pending', 'in_progress', 'complete', 'error']),
})

const plan = z.strictObject({
  type: z.literal('plan'),
  block_id,
  title: characters(Number.POSITIVE_INFINITY),
  tasks: z.array(taskCard).optional(),
})

export const newerBlocks = [
  table,
  dataTable,
  card,
  carousel,
  contextActions,
  file,
  video,
  taskCard,
  plan,
] as const

/** Those of them that a container takes. */
export const containable = [table, file, video] as const

/** Only in modals: Slack refuses it in messages. */
export const alert = z.strictObject({
  type: z.literal('alert'),
  block_id,
  text: anyText(200),
  level: z.enum(['default', 'info', 'warning', 'error', 'success']).optional(),
})
