import { type Control, controlsOf } from '../block-kit/index.ts'
import type { Block, LabMessage } from '../contract.ts'

export interface FoundControl {
  readonly block: Block
  readonly control: Control
}

/** All blocks of a message, those of its attachments included. */
export function allBlocks({ blocks, attachments }: LabMessage): readonly Block[] {
  return [...blocks, ...attachments.flatMap((attachment) => attachment.blocks)]
}

/** The control with this action id that a person could press, and with this value if it is a button. */
export function findControl(
  blocks: readonly Block[],
  actionId: string,
  value: string | undefined,
): FoundControl | undefined {
  return blocks
    .flatMap((block) => controlsOf(block).map((control) => ({ block, control })))
    .find(
      ({ control }) =>
        control.action_id === actionId &&
        (value === undefined || control.type !== 'button' || control.value === value),
    )
}
