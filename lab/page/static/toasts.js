import { byId, element } from './dom.js'

const SHOWN_FOR_MS = 8_000

/** Says what went wrong, until it is dismissed or read. */
export function toast(text) {
  const node = element(
    'div',
    { class: 'toast' },
    element('p', {}, text),
    element(
      'button',
      { type: 'button', 'aria-label': 'Dismiss', onclick: () => node.remove() },
      '×',
    ),
  )
  byId('toasts').append(node)
  setTimeout(() => node.remove(), SHOWN_FOR_MS)
}
