import type { types } from '@slack/bolt'
import { Dialog } from './dialog.tsx'
import { Text } from './text.tsx'

/** Asks what a button's confirm object asks. Closing it is a no. */
export function ConfirmDialog({
  confirm,
  yes,
  no,
}: {
  readonly confirm: types.ConfirmationDialog
  readonly yes: () => void
  readonly no: () => void
}) {
  return (
    <Dialog title={confirm.title?.text ?? 'Are you sure?'} kind="confirm" onClose={no}>
      <div class="window-body">
        <Text text={confirm.text} />
      </div>
      <footer>
        <button type="button" class={`button ${confirm.style ?? 'primary'}`} onClick={yes}>
          <span>{confirm.confirm?.text ?? 'Yes'}</span>
        </button>
        {/* The safe answer is the one that Enter gives. */}
        <button type="button" class="button" data-first onClick={no}>
          <span>{confirm.deny?.text ?? 'Cancel'}</span>
        </button>
      </footer>
    </Dialog>
  )
}
