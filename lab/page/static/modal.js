import { ask } from './api.js'
import { blockNodes } from './blocks.js'
import { byId, element } from './dom.js'
import { showInputError } from './inputs.js'
import { toast } from './toasts.js'

const REQUIRED = 'Please complete this required field.'

let shown = null

/** Shows the window that this person has open, if any. What was typed stays when only errors come. */
export function showModal({ modal, you }, names) {
  const version = modal === null ? null : `${modal.id} ${modal.hash}`
  if (shown !== null && shown.version !== version) {
    const { dialog } = shown
    shown = null
    dialog.close()
  }
  if (modal === null) return
  if (shown === null) {
    shown = { version, dialog: modalNode(modal, you, names) }
    document.body.append(shown.dialog)
    shown.dialog.showModal()
  }
  showErrors(shown.dialog, modal)
}

function modalNode(modal, you, names) {
  const close = async () => {
    const error = await ask('/api/close', { person: you })
    if (error !== null) toast(error)
  }
  const place = {
    key: modal.id,
    names,
    press: (button) =>
      ask('/api/click', {
        person: you,
        ts: null,
        actionId: button.action_id,
        value: button.value ?? null,
      }),
  }
  const send =
    modal.submit === null
      ? null
      : element(
          'button',
          { type: 'submit', class: 'button primary', 'aria-busy': 'false' },
          element('span', {}, modal.submit),
        )
  const form = element(
    'form',
    { novalidate: true },
    element(
      'header',
      {},
      element('h2', { id: 'window-title' }, modal.title),
      element(
        'button',
        { type: 'button', class: 'close', 'aria-label': 'Close the window', onclick: close },
        '×',
      ),
    ),
    element(
      'div',
      { class: 'window-body', tabindex: '0' },
      element('p', { class: 'window-trouble', role: 'alert' }),
      blockNodes(modal.blocks, place),
    ),
    element(
      'footer',
      {},
      element(
        'button',
        { type: 'button', class: 'button', onclick: close },
        modal.close ?? (modal.submit === null ? 'Close' : 'Cancel'),
      ),
      send,
    ),
  )
  form.addEventListener('submit', (event) => {
    event.preventDefault()
    void submit(form, send, you)
  })
  const first = form.querySelector('.window-body :is(input, textarea), footer .button')
  first.setAttribute('autofocus', '')
  const dialog = element('dialog', { class: 'window', 'aria-labelledby': 'window-title' }, form)
  dialog.addEventListener('cancel', (event) => {
    event.preventDefault()
    void close()
  })
  dialog.addEventListener('close', () => {
    dialog.remove()
    if (document.activeElement === document.body) byId('command').focus()
  })
  return dialog
}

async function submit(form, send, you) {
  if (send === null || send.getAttribute('aria-busy') === 'true' || !isComplete(form)) return
  const values = {}
  for (const field of form.querySelectorAll('[data-input] :is(input, textarea)')) {
    values[field.name] = field.value
  }
  send.setAttribute('aria-busy', 'true')
  const error = await ask('/api/submit', { person: you, values })
  send.setAttribute('aria-busy', 'false')
  if (error !== null) toast(error)
}

/** Says at each required input that is empty that it is; the first of them gets the keyboard. */
function isComplete(form) {
  const inputs = [...form.querySelectorAll('[data-input]')]
  const empty = inputs.filter((input) => {
    const field = input.querySelector('input, textarea')
    const isEmpty = field.required && field.value.trim() === ''
    showInputError(input, isEmpty ? REQUIRED : '')
    return isEmpty
  })
  empty[0]?.querySelector('input, textarea').focus()
  return empty.length === 0
}

/** Errors of an input stand at it; one that belongs to none stands at the top. */
function showErrors(dialog, { id, errors }) {
  dialog.querySelector('.window-trouble').textContent = errors[id] ?? ''
  for (const input of dialog.querySelectorAll('[data-input]')) {
    const error = errors[input.dataset.input]
    if (error !== undefined) showInputError(input, error)
  }
}
