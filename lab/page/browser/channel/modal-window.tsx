import { useState } from 'preact/hooks'
import type { PageModal } from '../../contract.ts'
import { ask } from '../app/ask.ts'
import { useReader } from '../app/reader.ts'
import { Blocks } from '../block-kit/blocks.tsx'
import { Dialog } from '../block-kit/dialog.tsx'

const REQUIRED = 'Please complete this required field.'

/** The window that this person has open. What was typed stays when only errors come. */
export function ModalWindow({ modal }: { readonly modal: PageModal }) {
  const { you, complain } = useReader()
  const [isSending, setSending] = useState(false)
  const [missing, setMissing] = useState<Readonly<Record<string, string>>>({})

  async function close() {
    const error = await ask('/api/close', { person: you })
    if (error !== null) complain(error)
  }
  async function submit(event: SubmitEvent) {
    event.preventDefault()
    if (isSending || !(event.currentTarget instanceof HTMLFormElement)) return
    const fields = [...event.currentTarget.elements].filter(isField)
    const empty = fields.filter(({ required, value }) => required && value.trim() === '')
    setMissing(Object.fromEntries(empty.map((field) => [blockIdOf(field), REQUIRED])))
    empty[0]?.focus()
    if (empty.length > 0) return
    setSending(true)
    const values = Object.fromEntries(fields.map(({ name, value }) => [name, value]))
    const error = await ask('/api/submit', { person: you, values })
    setSending(false)
    if (error !== null) complain(error)
  }

  return (
    <Dialog
      title={modal.title}
      onClose={close}
      header={
        <button type="button" class="close" aria-label="Close the window" onClick={close}>
          ×
        </button>
      }
    >
      <form noValidate onSubmit={submit}>
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be in reach of the keyboard */}
        <section class="window-body" tabIndex={0} aria-label={modal.title}>
          {/* An error that belongs to no input stands at the top. */}
          <p class="window-trouble" role="alert">
            {modal.errors[modal.id] ?? ''}
          </p>
          <Blocks
            blocks={modal.blocks}
            place={{ ts: null }}
            errors={{ ...modal.errors, ...missing }}
          />
        </section>
        <footer>
          <button type="button" class="button" onClick={close}>
            <span>{modal.close ?? (modal.submit === null ? 'Close' : 'Cancel')}</span>
          </button>
          {modal.submit !== null && (
            <button type="submit" class="button primary" aria-busy={isSending}>
              <span>{modal.submit}</span>
            </button>
          )}
        </footer>
      </form>
    </Dialog>
  )
}

type Field = HTMLInputElement | HTMLTextAreaElement

function isField(element: Element): element is Field {
  return element instanceof HTMLInputElement || element instanceof HTMLTextAreaElement
}

function blockIdOf(field: Field): string {
  return field.closest<HTMLElement>('[data-input]')?.dataset.input ?? ''
}
