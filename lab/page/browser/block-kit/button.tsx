import type { types } from '@slack/bolt'
import { useState } from 'preact/hooks'
import { ask } from '../app/ask.ts'
import { useReader } from '../app/reader.ts'
import { ConfirmDialog } from './confirm-dialog.tsx'
import type { Place } from './place.ts'

/** A button of a card. It turns until the bot has acknowledged it; what went wrong is said. */
export function Button({
  button,
  place,
}: {
  readonly button: types.Button
  readonly place: Place
}) {
  const { you, complain } = useReader()
  const [isWaiting, setWaiting] = useState(false)
  const [isAsking, setAsking] = useState(false)

  async function press() {
    setAsking(false)
    if (isWaiting) return
    setWaiting(true)
    const error = await ask('/api/click', {
      person: you,
      ts: place.ts,
      actionId: button.action_id ?? '',
      value: button.value ?? null,
    })
    setWaiting(false)
    if (error !== null) complain(error)
  }

  return (
    <>
      <button
        type="button"
        class={`button ${button.style ?? ''}`.trim()}
        aria-busy={isWaiting}
        aria-label={button.accessibility_label}
        onClick={() => (button.confirm ? setAsking(true) : void press())}
      >
        <span>{button.text.text}</span>
      </button>
      {isAsking && button.confirm && (
        <ConfirmDialog confirm={button.confirm} yes={press} no={() => setAsking(false)} />
      )}
    </>
  )
}
