import type { Block } from '../contract.ts'
import { messageBlocks } from './blocks.ts'
import { controlsOf } from './controls.ts'
import { problem, problemsOf } from './problems.ts'

/** All text of a message's blocks together; Slack answers `msg_blocks_too_long` above (undocumented). */
const ALL_TEXT_MAX = 13_200

const MARKDOWN_MAX = 12_000

type BlockProblem = {
  readonly error: 'invalid_blocks' | 'msg_blocks_too_long' | 'only_one_table_allowed'
  readonly messages: readonly string[]
}

/**
 * What Slack would refuse in the blocks of a message, or null. Limits as documented for Block Kit.
 * `root` is the JSON pointer of the blocks, such as `/blocks`.
 */
export function refuseBlocks(blocks: unknown, root = '/blocks'): BlockProblem | null {
  const checked = messageBlocks.safeParse(blocks, { reportInput: true })
  if (!checked.success) {
    return { error: 'invalid_blocks', messages: problemsOf(checked.error, root) }
  }
  const problems = [...duplicateIds(checked.data, root), ...tooMuchMarkdown(checked.data, root)]
  if (problems.length > 0) return { error: 'invalid_blocks', messages: problems }
  if (checked.data.filter((block) => block.type === 'table').length > 1) {
    return { error: 'only_one_table_allowed', messages: [] }
  }
  return textLength(checked.data) > ALL_TEXT_MAX
    ? { error: 'msg_blocks_too_long', messages: [] }
    : null
}

/** A `block_id` is unique in the message, an `action_id` in its block. */
export function duplicateIds(blocks: readonly Block[], root: string): readonly string[] {
  const seen = new Set<string>()
  return blocks.flatMap((block, index) => {
    const problems: string[] = []
    if (typeof block.block_id === 'string') {
      if (seen.has(block.block_id)) {
        problems.push(
          problem(`block_id already exists: ${block.block_id}`, root, [index, 'block_id']),
        )
      }
      seen.add(block.block_id)
    }
    const actionIds = controlsOf(block).flatMap(({ action_id }) => action_id ?? [])
    for (const repeated of new Set(actionIds.filter((id, at) => actionIds.indexOf(id) !== at))) {
      problems.push(problem(`action_id already exists: ${repeated}`, root, [index]))
    }
    return problems
  })
}

/** The limit of a markdown block is that of all markdown blocks of a message together. */
function tooMuchMarkdown(blocks: readonly Block[], root: string): readonly string[] {
  const total = blocks
    .filter(({ type }) => type === 'markdown')
    .reduce((sum, { text }) => sum + [...String(text)].length, 0)
  return total > MARKDOWN_MAX
    ? [problem(`markdown blocks must be less than ${MARKDOWN_MAX + 1} characters`, root, [])]
    : []
}

function textLength(value: unknown): number {
  if (Array.isArray(value)) return value.reduce<number>((sum, one) => sum + textLength(one), 0)
  if (typeof value !== 'object' || value === null) return 0
  return Object.entries(value).reduce(
    (sum, [key, inner]) =>
      sum + (key === 'text' && typeof inner === 'string' ? inner.length : textLength(inner)),
    0,
  )
}
