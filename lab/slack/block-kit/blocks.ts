import { z } from 'zod'
import {
  actionsElement,
  contextElement,
  hasOneSource,
  image as imageElement,
  imageSource,
  inputElement,
  sectionAccessory,
} from './elements.ts'
import { alert, containable, newerBlocks } from './newer-blocks.ts'
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

const image = z
  .strictObject({
    type: z.literal('image'),
    block_id,
    alt_text: characters(2000),
    title: plainText(2000).optional(),
    ...imageSource,
  })
  .check(hasOneSource)

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

const common = [section, header, context, actions, divider, image, input, rich, markdown] as const

/** A group that can be folded. Not every kind of block may stand in it (`ContainerBlock` of the SDK). */
const container = z.strictObject({
  type: z.literal('container'),
  block_id,
  title: plainText(150).optional(),
  rich_text_title: rich.optional(),
  subtitle: anyText(150).optional(),
  child_blocks: z
    .array(
      z.discriminatedUnion('type', [
        section,
        header,
        context,
        actions,
        divider,
        image,
        input,
        rich,
        ...containable,
      ]),
    )
    .min(1)
    .max(10),
  width: z.enum(['narrow', 'standard', 'wide', 'full']).optional(),
  icon: imageElement.optional(),
  is_collapsible: z.boolean().optional(),
  default_collapsed: z.boolean().optional(),
  has_header_divider: z.boolean().optional(),
})

export const messageBlocks = z
  .array(z.discriminatedUnion('type', [...common, ...newerBlocks, container]))
  .max(50)

export const modalBlocks = z
  .array(z.discriminatedUnion('type', [...common, ...newerBlocks, container, alert]))
  .max(100)
