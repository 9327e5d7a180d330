import { z } from 'zod'
import { modalBlocks } from './blocks.ts'
import { problem, problemsOf } from './problems.ts'
import { characters, plainText } from './text.ts'
import { duplicateIds } from './validate-blocks.ts'

const VIEW_BYTES_MAX = 250_000

const modal = z.strictObject({
  type: z.literal('modal'),
  title: plainText(24),
  submit: plainText(24).optional(),
  close: plainText(24).optional(),
  blocks: modalBlocks,
  private_metadata: characters(3000, 0).optional(),
  callback_id: characters(255, 0).optional(),
  external_id: characters(255, 0).optional(),
  clear_on_close: z.boolean().optional(),
  notify_on_close: z.boolean().optional(),
  submit_disabled: z.boolean().optional(),
})

export type ModalView = z.infer<typeof modal>

export type ViewCheck =
  | { readonly ok: true; readonly view: ModalView }
  | {
      readonly ok: false
      readonly error: 'invalid_arguments' | 'view_too_large'
      readonly messages: readonly string[]
    }

/** Checks a modal as `views.open` and `views.update` do. */
export function checkView(view: unknown): ViewCheck {
  if (Buffer.byteLength(JSON.stringify(view) ?? '') > VIEW_BYTES_MAX) {
    return { ok: false, error: 'view_too_large', messages: [] }
  }
  const checked = modal.safeParse(view, { reportInput: true })
  const messages = checked.success
    ? [...duplicateIds(checked.data.blocks, '/view/blocks'), ...missingSubmit(checked.data)]
    : problemsOf(checked.error, '/view')
  return checked.success && messages.length === 0
    ? { ok: true, view: checked.data }
    : { ok: false, error: 'invalid_arguments', messages }
}

function missingSubmit(view: ModalView): readonly string[] {
  const hasInput = view.blocks.some((block) => block.type === 'input')
  return hasInput && view.submit === undefined
    ? [problem('submit is required when there are input blocks', '/view', ['submit'])]
    : []
}
