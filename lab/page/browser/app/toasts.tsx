import { useCallback, useRef, useState } from 'preact/hooks'

interface Toast {
  readonly id: number
  readonly text: string
}

const SHOWN_MS = 12_000

/** Sentences about what went wrong. Each goes by itself after a while. */
export function useToasts() {
  const [list, setList] = useState<readonly Toast[]>([])
  const nextId = useRef(0)
  const remove = useCallback(
    (id: number) => setList((before) => before.filter((toast) => toast.id !== id)),
    [],
  )
  const add = useCallback(
    (text: string) => {
      const id = nextId.current++
      setList((before) => [...before.filter((toast) => toast.text !== text), { id, text }])
      setTimeout(() => remove(id), SHOWN_MS)
    },
    [remove],
  )
  return { list, add, remove }
}

export function Toasts({
  list,
  remove,
}: {
  readonly list: readonly Toast[]
  readonly remove: (id: number) => void
}) {
  return (
    <div class="toasts" role="alert">
      {list.map(({ id, text }) => (
        <p key={id} class="toast">
          {text}
          <button type="button" aria-label="Close this message" onClick={() => remove(id)}>
            ×
          </button>
        </p>
      ))}
    </div>
  )
}
