import { z } from 'zod'
import { characters } from './text.ts'

const flag = z.boolean().optional()
const style = z
  .strictObject({
    bold: flag,
    italic: flag,
    strike: flag,
    code: flag,
    underline: flag,
    highlight: flag,
    client_highlight: flag,
    unlink: flag,
  })
  .optional()

const text = z.strictObject({
  type: z.literal('text'),
  text: characters(Number.POSITIVE_INFINITY),
  style,
})

const link = z.strictObject({
  type: z.literal('link'),
  url: characters(3000),
  text: z.string().optional(),
  unsafe: flag,
  style,
})

/** An id as Slack makes them, of one of these kinds. */
const encodedId = (letters: string) =>
  z.string().regex(new RegExp(`^[${letters}][A-Z0-9]+$`), 'invalid id')

/** The tokens of a date, as the SDK's `RichTextDate` lists them; other words stand as they are, an unknown token is refused. */
const DATE_TOKENS =
  /^(?:[^{}]|\{(?:day_divider_pretty|date_num|date_slash|date_long|date_long_full|date_long_pretty|date|date_pretty|date_short|date_short_pretty|time|time_secs|ago)\})+$/

const date = z.strictObject({
  type: z.literal('date'),
  timestamp: z.int().min(0),
  format: z.string().regex(DATE_TOKENS, 'invalid date format'),
  url: characters(3000).optional(),
  fallback: characters(Number.POSITIVE_INFINITY).optional(),
  style,
})

const emoji = z.strictObject({
  type: z.literal('emoji'),
  name: characters(100),
  unicode: z.string().optional(),
  url: z.string().optional(),
  style,
})

const inline = z.discriminatedUnion('type', [
  text,
  link,
  z.strictObject({ type: z.literal('user'), user_id: encodedId('UW'), style }),
  z.strictObject({ type: z.literal('usergroup'), usergroup_id: encodedId('S'), style }),
  z.strictObject({ type: z.literal('channel'), channel_id: encodedId('CDG'), style }),
  emoji,
  date,
  z.strictObject({
    type: z.literal('broadcast'),
    range: z.enum(['here', 'channel', 'everyone']),
    style,
  }),
  z.strictObject({ type: z.literal('team'), team_id: encodedId('TE'), style }),
  z.strictObject({ type: z.literal('color'), value: characters(20), style }),
])

const paragraph = z.strictObject({
  type: z.literal('rich_text_section'),
  elements: z.array(inline),
})

const border = z.int().min(0).max(1).optional()

/** The `elements` of a `rich_text` block. */
export const richText = z
  .array(
    z.discriminatedUnion('type', [
      paragraph,
      z.strictObject({
        type: z.literal('rich_text_list'),
        style: z.enum(['bullet', 'ordered']),
        elements: z.array(paragraph).min(1),
        indent: z.int().min(0).max(8).optional(),
        offset: z.int().min(0).optional(),
        border,
      }),
      z.strictObject({ type: z.literal('rich_text_quote'), elements: z.array(inline), border }),
      z.strictObject({
        type: z.literal('rich_text_preformatted'),
        elements: z.array(z.discriminatedUnion('type', [text, link])),
        border,
        language: z.string().optional(),
      }),
    ]),
  )
  .min(1)
