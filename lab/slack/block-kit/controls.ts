import type { Block } from '../contract.ts'

type JsonObject = Readonly<Record<string, unknown>>

interface Option {
  readonly text: JsonObject
  readonly value?: string
}

/** Something on a card or modal that a person can press, choose or fill in. */
export interface Control {
  readonly type: string
  readonly action_id?: string
  readonly value?: string
  readonly text?: JsonObject
  readonly element: JsonObject
  readonly options: readonly Option[]
}

/** The controls of a block in reading order. */
export function controlsOf(block: Block): readonly Control[] {
  const nested = (key: string) => (Array.isArray(block[key]) ? block[key] : [])
  const candidates: readonly unknown[] =
    block.type === 'actions' || block.type === 'context_actions'
      ? nested('elements')
      : block.type === 'card'
        ? nested('actions')
        : block.type === 'input'
          ? [block.element]
          : block.type === 'section'
            ? [block.accessory]
            : []
  const children = block.type === 'container' ? nested('child_blocks') : []
  return [
    ...candidates.filter(isJsonObject).flatMap((element) => toControl(element)),
    ...children.filter(isBlock).flatMap(controlsOf),
  ]
}

function toControl(element: JsonObject): readonly Control[] {
  if (typeof element.type !== 'string' || element.type === 'image') return []
  const groups = Array.isArray(element.option_groups) ? element.option_groups : []
  const options = [
    ...(Array.isArray(element.options) ? element.options : []),
    ...groups.flatMap((group: unknown) =>
      isJsonObject(group) && Array.isArray(group.options) ? group.options : [],
    ),
  ]
  return [
    {
      type: element.type,
      ...(typeof element.action_id === 'string' ? { action_id: element.action_id } : {}),
      ...(typeof element.value === 'string' ? { value: element.value } : {}),
      ...(isJsonObject(element.text) ? { text: element.text } : {}),
      element,
      options: options.filter(isOption),
    },
  ]
}

function isOption(value: unknown): value is Option {
  return isJsonObject(value) && isJsonObject(value.text)
}

export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

export function isBlock(value: unknown): value is Block {
  return isJsonObject(value) && typeof value.type === 'string'
}
