import { useEffect, useId, useRef, useState } from 'preact/hooks'
import { ask } from '../app/ask.ts'
import { useReader } from '../app/reader.ts'
import { completionsFor } from './completions.ts'
import { useHistory } from './use-history.ts'

/** The line to type in. It completes commands and clusters, recalls what was said, and says what was not taken. */
export function Composer({ clusters }: { readonly clusters: readonly string[] }) {
  const { you } = useReader()
  const field = useRef<HTMLInputElement>(null)
  const [text, setText] = useState('')
  const [note, setNote] = useState('')
  const [isSending, setSending] = useState(false)
  const [isOpen, setOpen] = useState(false)
  const [active, setActive] = useState(-1)
  const history = useHistory(you)
  const listId = useId()
  const completions = isOpen ? completionsFor(text, clusters) : []

  useEffect(() => field.current?.focus(), [])

  function write(next: string, offers: boolean) {
    setText(next)
    setNote('')
    setOpen(offers)
    setActive(-1)
    field.current?.focus()
  }
  function take(index: number) {
    const taken = completions[index]
    if (taken) write(taken.text, taken.text.endsWith(' '))
  }
  function onKeyDown(event: KeyboardEvent) {
    if (event.isComposing) return
    const step = { ArrowUp: -1, ArrowDown: 1 }[event.key]
    if (step !== undefined) {
      event.preventDefault()
      if (completions.length === 0) return write(history.recall(-step), false)
      const { length } = completions
      setActive(active < 0 && step < 0 ? length - 1 : (active + step + length) % length)
    } else if (event.key === 'Escape' && completions.length > 0) {
      event.preventDefault()
      setOpen(false)
    } else if (event.key === 'Tab' && !event.shiftKey && completions.length > 0) {
      event.preventDefault()
      take(Math.max(active, 0))
    } else if (event.key === 'Enter' && active >= 0 && completions.length > 0) {
      event.preventDefault()
      take(active)
    }
  }
  async function send(event: Event) {
    event.preventDefault()
    const said = text.trim()
    if (said === '' || isSending) return
    setOpen(false)
    setSending(true)
    const error = await ask('/api/say', { person: you, text: said })
    setSending(false)
    if (error !== null) return setNote(error)
    history.add(said)
    setText((now) => (now.trim() === said ? '' : now))
  }

  return (
    <form class="composer" autoComplete="off" onSubmit={send}>
      <fieldset class="suggestions">
        <legend class="unseen">Commands to try</legend>
        {suggestions(clusters).map((suggestion) => (
          <button
            key={suggestion}
            type="button"
            class="suggestion"
            onClick={() => write(suggestion, false)}
          >
            {suggestion}
          </button>
        ))}
      </fieldset>
      <div class="line">
        <label class="unseen" for="command">
          Command
        </label>
        <input
          ref={field}
          id="command"
          role="combobox"
          aria-expanded={completions.length > 0}
          aria-controls={listId}
          aria-autocomplete="list"
          aria-activedescendant={active >= 0 ? `${listId}-${active}` : undefined}
          maxLength={4000}
          spellcheck={false}
          placeholder="Type a command, such as /rancher help"
          value={text}
          onInput={(event) => write(event.currentTarget.value, true)}
          onKeyDown={onKeyDown}
          onBlur={() => setOpen(false)}
        />
        <button type="submit" class="send" aria-busy={isSending}>
          Send
        </button>
        <div
          id={listId}
          class="completions"
          role="listbox"
          aria-label="Completions"
          hidden={completions.length === 0}
        >
          {completions.map(({ label, what, text: taken }, index) => (
            // biome-ignore lint/a11y/useKeyWithClickEvents: the keyboard chooses from the line, as comboboxes do
            <div
              key={taken}
              id={`${listId}-${index}`}
              role="option"
              tabIndex={-1}
              aria-selected={index === active}
              // The line keeps the keyboard.
              onMouseDown={(event) => event.preventDefault()}
              onClick={() => take(index)}
            >
              <b>{label}</b> <span>{what}</span>
            </div>
          ))}
        </div>
      </div>
      <p class="composer-note" role="alert">
        {note}
      </p>
    </form>
  )
}

function suggestions([first = 'myk8s']: readonly string[]): readonly string[] {
  return [`/rancher reagent ${first}`, '/rancher help', '/rancher clusters', '/rancher runs']
}
