import { type Control, controlsOf } from '../block-kit/index.ts'
import type { Block } from '../contract.ts'
import type { JsonObject } from '../http/body.ts'
import type { StateValues } from '../web-api/view-payload.ts'

export type Choice = string | readonly string[]

/** How a control of each kind reports one choice, several, or typed text; and where it keeps its first value. */
const SINGLE: Readonly<Record<string, string>> = {
  users_select: 'selected_user',
  channels_select: 'selected_channel',
  conversations_select: 'selected_conversation',
  datepicker: 'selected_date',
  timepicker: 'selected_time',
}
const SEVERAL: Readonly<Record<string, string>> = {
  multi_users_select: 'selected_users',
  multi_channels_select: 'selected_channels',
  multi_conversations_select: 'selected_conversations',
}
const ONE_OPTION = new Set(['static_select', 'radio_buttons', 'overflow', 'external_select'])
const OPTIONS = new Set(['multi_static_select', 'checkboxes', 'multi_external_select'])
const TYPED = new Set(['plain_text_input', 'email_text_input', 'url_text_input', 'number_input'])

/** Whether the control holds a value that shows in `state.values`. */
export function holdsValue(type: string): boolean {
  return (
    TYPED.has(type) ||
    OPTIONS.has(type) ||
    isOneOf(type) ||
    type in SEVERAL ||
    type === 'datetimepicker'
  )
}

/**
 * What Slack reports of a control when a person chose this; undefined choice: what it shows at first.
 * Throws when the person could not have chosen it. `idOf` turns names of people and channels into ids.
 */
export function reportOf(
  control: Control,
  choice: Choice | undefined,
  idOf: (name: string) => string,
): JsonObject {
  const { type, element } = control
  const all = choice === undefined ? undefined : typeof choice === 'string' ? [choice] : choice
  const first = all?.[0]
  const option = (value: string) => optionOf(control, value)
  if (TYPED.has(type)) return { type, value: first ?? element.initial_value ?? null }
  if (ONE_OPTION.has(type)) {
    return {
      type,
      selected_option: first === undefined ? (element.initial_option ?? null) : option(first),
    }
  }
  if (OPTIONS.has(type)) {
    return { type, selected_options: all?.map(option) ?? element.initial_options ?? [] }
  }
  const several = SEVERAL[type]
  if (several !== undefined) return { type, [several]: all?.map(idOf) ?? [] }
  const single = SINGLE[type]
  if (single !== undefined) {
    const initial = element[single.replace('selected', 'initial')]
    return { type, [single]: first === undefined ? (initial ?? null) : idOf(first) }
  }
  if (type === 'datetimepicker') {
    return { type, selected_date_time: first === undefined ? null : Number(first) }
  }
  return { type, ...(control.value === undefined ? {} : { value: control.value }) }
}

/**
 * The `state.values` of blocks after a person filled them in, by `action_id` or `block_id`. Throws when a value has no
 * place. Use `emptyInputs` to find what is still missing.
 */
export function stateOf(
  blocks: readonly Block[],
  choices: Readonly<Record<string, Choice>>,
  idOf: (name: string) => string,
): StateValues {
  const unplaced = new Set(Object.keys(choices))
  const state: Record<string, Record<string, JsonObject>> = {}
  for (const block of blocks) {
    for (const control of controlsOf(block)) {
      const { block_id: blockId } = block
      const { action_id: actionId } = control
      if (blockId === undefined || actionId === undefined || !holdsValue(control.type)) continue
      const choice = choices[actionId] ?? choices[blockId]
      for (const key of [actionId, blockId]) unplaced.delete(key)
      state[blockId] = { ...state[blockId], [actionId]: reportOf(control, choice, idOf) }
    }
  }
  if (unplaced.size > 0)
    throw new Error(`nothing to fill in called "${[...unplaced].join('", "')}"`)
  return state
}

/** The `block_id`s of required inputs without a value: the client does not submit these. */
export function emptyInputs(blocks: readonly Block[], state: StateValues): readonly string[] {
  return blocks
    .filter((block) => block.type === 'input' && block.optional !== true)
    .flatMap(({ block_id: id }) => (id === undefined ? [] : [id]))
    .filter((id) =>
      Object.values(state[id] ?? {}).every(({ type: _, ...value }) =>
        Object.values(value).every(isNothing),
      ),
    )
}

function isNothing(value: unknown): boolean {
  return value === null || value === '' || (Array.isArray(value) && value.length === 0)
}

function isOneOf(type: string): boolean {
  return type in SINGLE || (ONE_OPTION.has(type) && type !== 'overflow')
}

function optionOf(control: Control, value: string): JsonObject {
  const option = control.options.find((one) => one.value === value || one.text.text === value)
  if (option !== undefined) return { ...option }
  if (control.type.endsWith('external_select')) {
    return { text: { type: 'plain_text', text: value }, value }
  }
  const offered = control.options.map((one) => one.value ?? one.text.text).join('", "')
  throw new Error(`"${value}" cannot be chosen; offered are "${offered}"`)
}
