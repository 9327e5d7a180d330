import { z } from 'zod'
import { anyText, characters, confirm, id, plainText } from './text.ts'

const common = { action_id: id, confirm, focus_on_load: z.boolean().optional() }
const placeholder = plainText(150).optional()
const maxSelected = z.int().min(1).optional()

const option = z.strictObject({
  text: anyText(75),
  value: characters(150).optional(),
  description: anyText(75).optional(),
  url: characters(3000).optional(),
})
const options = (max: number) => z.array(option).min(1).max(max)
const optionGroups = z
  .array(z.strictObject({ label: plainText(75), options: options(100) }))
  .min(1)
  .max(100)
const choices = { options: options(100).optional(), option_groups: optionGroups.optional() }

export const button = z.strictObject({
  type: z.literal('button'),
  action_id: id,
  confirm,
  text: plainText(75),
  value: characters(2000, 0).optional(),
  url: characters(3000).optional(),
  style: z.enum(['primary', 'danger']).optional(),
  accessibility_label: characters(75).optional(),
})

const workflowButton = z.looseObject({ type: z.literal('workflow_button'), text: plainText(75) })

/** Where an image comes from: an address or a file of Slack, one of them. */
export const imageSource = {
  image_url: characters(3000).optional(),
  slack_file: z.looseObject({}).optional(),
}

export const image = z
  .strictObject({ type: z.literal('image'), alt_text: characters(2000), ...imageSource })
  .check(hasOneSource)

export function hasOneSource({
  value,
  issues,
}: z.core.ParsePayload<{ readonly image_url?: unknown; readonly slack_file?: unknown }>): void {
  if ((value.image_url === undefined) !== (value.slack_file === undefined)) return
  const message = 'must have either image_url or slack_file'
  issues.push({ code: 'custom', message, path: [], input: value })
}

const single = (kind: string) => z.looseObject({ type: z.literal(kind), ...common, placeholder })
const several = (kind: string) =>
  z.looseObject({ type: z.literal(kind), ...common, placeholder, max_selected_items: maxSelected })

const selects = [
  z.strictObject({
    type: z.literal('static_select'),
    ...common,
    placeholder,
    ...choices,
    initial_option: option.optional(),
  }),
  z.strictObject({
    type: z.literal('multi_static_select'),
    ...common,
    placeholder,
    ...choices,
    initial_options: options(100).optional(),
    max_selected_items: maxSelected,
  }),
  single('users_select'),
  single('conversations_select'),
  single('channels_select'),
  single('external_select'),
  several('multi_users_select'),
  several('multi_conversations_select'),
  several('multi_channels_select'),
  several('multi_external_select'),
] as const

const overflow = z.strictObject({
  type: z.literal('overflow'),
  action_id: id,
  confirm,
  options: options(5),
})

const ticks = [
  z.strictObject({
    type: z.literal('radio_buttons'),
    ...common,
    options: options(10),
    initial_option: option.optional(),
  }),
  z.strictObject({
    type: z.literal('checkboxes'),
    ...common,
    options: options(10),
    initial_options: options(10).optional(),
  }),
] as const

const times = [single('datepicker'), single('timepicker'), single('datetimepicker')] as const

const dispatchConfig = z
  .strictObject({
    trigger_actions_on: z.array(z.enum(['on_enter_pressed', 'on_character_entered'])),
  })
  .optional()
const field = { action_id: id, placeholder, focus_on_load: z.boolean().optional() }
const typed = { ...field, dispatch_action_config: dispatchConfig }

const inputs = [
  z
    .strictObject({
      type: z.literal('plain_text_input'),
      ...typed,
      initial_value: characters(3000, 0).optional(),
      multiline: z.boolean().optional(),
      min_length: z.int().min(0).max(3000).optional(),
      max_length: z.int().min(1).max(3000).optional(),
    })
    .check(({ value, issues }) => {
      if ((value.min_length ?? 0) <= (value.max_length ?? 3000)) return
      const message = 'min_length must not be greater than max_length'
      issues.push({ code: 'custom', message, path: ['min_length'], input: value.min_length })
    }),
  z.strictObject({
    type: z.literal('email_text_input'),
    ...typed,
    initial_value: z.string().optional(),
  }),
  z.strictObject({
    type: z.literal('url_text_input'),
    ...typed,
    initial_value: z.string().optional(),
  }),
  z.strictObject({
    type: z.literal('number_input'),
    ...typed,
    is_decimal_allowed: z.boolean(),
    initial_value: z.string().optional(),
    min_value: z.string().optional(),
    max_value: z.string().optional(),
  }),
  z.looseObject({ type: z.literal('file_input'), action_id: id }),
] as const

const richTextInput = z.looseObject({ type: z.literal('rich_text_input'), ...field })

export const sectionAccessory = z.discriminatedUnion('type', [
  button,
  workflowButton,
  image,
  overflow,
  ...selects,
  ...ticks,
  ...times,
])

export const actionsElement = z.discriminatedUnion('type', [
  button,
  workflowButton,
  richTextInput,
  overflow,
  ...selects,
  ...ticks,
  ...times,
])

export const inputElement = z.discriminatedUnion('type', [
  richTextInput,
  ...inputs,
  ...selects,
  ...ticks,
  ...times,
])

export const contextElement = z.discriminatedUnion('type', [image, ...anyText(3000).options])
