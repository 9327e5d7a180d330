import { isConfirmed } from './confirm.js'
import { element } from './dom.js'
import { toast } from './toasts.js'

/** Keys of the buttons that wait for the bot's acknowledgement: a card may be drawn anew in that time. */
const waiting = new Set()

/** A button of a card. It turns until the bot has acknowledged it; what went wrong is said in a toast. */
export function buttonNode(button, place) {
  const key = JSON.stringify([place.key, button.action_id, button.value ?? null])
  return element(
    'button',
    {
      type: 'button',
      class: `button ${button.style ?? ''}`.trim(),
      'data-key': key,
      'aria-busy': String(waiting.has(key)),
      'aria-label': button.accessibility_label,
      onclick: () => press(button, place, key),
    },
    element('span', {}, button.text.text),
  )
}

async function press(button, place, key) {
  if (waiting.has(key)) return
  if (button.confirm !== undefined && !(await isConfirmed(button.confirm, place.names))) return
  setWaiting(key, true)
  const error = await place.press(button)
  setWaiting(key, false)
  if (error !== null) toast(error)
}

function setWaiting(key, isWaiting) {
  if (isWaiting) waiting.add(key)
  else waiting.delete(key)
  for (const node of document.querySelectorAll('[data-key]')) {
    if (node.dataset.key === key) node.setAttribute('aria-busy', String(isWaiting))
  }
}
