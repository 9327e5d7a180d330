import type { Block } from '../contract.ts'
import type { Numbering } from '../state/identifiers.ts'
import { isJsonObject } from './controls.ts'

/** Gives blocks and their controls the ids that Slack makes up where the app gave none. */
export function controlIds(blocks: readonly Block[], numbering: Numbering): readonly Block[] {
  const made = () => `lab${numbering.next('block id')}`
  const withActionId = (element: unknown) =>
    isJsonObject(element) && element.action_id === undefined && isControl(element.type)
      ? { ...element, action_id: made() }
      : element
  return blocks.map((block) => ({
    ...block,
    block_id: block.block_id ?? made(),
    ...(block.type === 'actions' && Array.isArray(block.elements)
      ? { elements: block.elements.map(withActionId) }
      : {}),
    ...(block.accessory === undefined ? {} : { accessory: withActionId(block.accessory) }),
    ...(block.type === 'input' ? { element: withActionId(block.element) } : {}),
  }))
}

function isControl(type: unknown): boolean {
  return typeof type === 'string' && type !== 'image'
}
