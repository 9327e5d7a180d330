import { z } from 'zod'
import { characters } from './text.ts'

const inline = z.discriminatedUnion('type', [
  z.looseObject({ type: z.literal('text'), text: characters(Number.POSITIVE_INFINITY) }),
  z.looseObject({ type: z.literal('link'), url: characters(3000) }),
  z.looseObject({ type: z.literal('user'), user_id: z.string() }),
  z.looseObject({ type: z.literal('usergroup'), usergroup_id: z.string() }),
  z.looseObject({ type: z.literal('channel'), channel_id: z.string() }),
  z.looseObject({ type: z.literal('emoji'), name: z.string() }),
  z.looseObject({ type: z.literal('date'), timestamp: z.int(), format: z.string() }),
  z.looseObject({ type: z.literal('broadcast'), range: z.enum(['here', 'channel', 'everyone']) }),
  z.looseObject({ type: z.literal('team'), team_id: z.string() }),
  z.looseObject({ type: z.literal('color'), value: z.string() }),
])

const paragraph = z.strictObject({
  type: z.literal('rich_text_section'),
  elements: z.array(inline),
})

const border = z.int().min(0).max(1).optional()

/** The `elements` of a `rich_text` block. */
export const richText = z.array(
  z.discriminatedUnion('type', [
    paragraph,
    z.strictObject({
      type: z.literal('rich_text_list'),
      style: z.enum(['bullet', 'ordered']),
      elements: z.array(paragraph),
      indent: z.int().min(0).max(8).optional(),
      offset: z.int().min(0).optional(),
      border,
    }),
    z.strictObject({ type: z.literal('rich_text_quote'), elements: z.array(inline), border }),
    z.strictObject({
      type: z.literal('rich_text_preformatted'),
      elements: z.array(inline),
      border,
      language: z.string().optional(),
    }),
  ]),
)
