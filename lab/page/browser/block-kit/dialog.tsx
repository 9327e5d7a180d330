import type { ComponentChildren } from 'preact'
import { useId, useLayoutEffect, useRef } from 'preact/hooks'

/**
 * A window over the page. The keyboard stays in it, begins at the element with `data-first`, and goes back to where it was.
 * Escape asks for it to be closed; whoever draws it decides.
 */
export function Dialog({
  title,
  kind = '',
  header,
  onClose,
  children,
}: {
  readonly title: string
  readonly kind?: string
  /** Stands beside the title. */
  readonly header?: ComponentChildren
  readonly onClose: () => void
  readonly children: ComponentChildren
}) {
  const dialog = useRef<HTMLDialogElement>(null)
  const titleId = useId()
  useLayoutEffect(() => {
    const before = document.activeElement
    const node = dialog.current
    node?.showModal()
    node?.querySelector<HTMLElement>('[data-first]')?.focus()
    return () => {
      node?.close()
      if (before instanceof HTMLElement && before.isConnected) before.focus()
      else document.getElementById('command')?.focus()
    }
  }, [])
  return (
    <dialog
      ref={dialog}
      class={`window ${kind}`.trim()}
      aria-labelledby={titleId}
      onCancel={(event) => {
        event.preventDefault()
        onClose()
      }}
    >
      <header>
        <h2 id={titleId}>{title}</h2>
        {header}
      </header>
      {children}
    </dialog>
  )
}
