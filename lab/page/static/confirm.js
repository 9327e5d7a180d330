import { element } from './dom.js'
import { textNodes } from './mrkdwn.js'

/** Asks what a button's confirm dialog asks. Resolves with whether the person said yes; closing it is a no. */
export function isConfirmed({ title, text, confirm, deny, style }, names) {
  return new Promise((resolve) => {
    const close = (answer) => () => dialog.close(answer)
    const yes = element(
      'button',
      { type: 'button', class: `button ${style ?? 'primary'}`, onclick: close('yes') },
      confirm.text,
    )
    const no = element(
      'button',
      { type: 'button', class: 'button', autofocus: true, onclick: close('no') },
      deny.text,
    )
    const dialog = element(
      'dialog',
      { class: 'window confirm', 'aria-labelledby': 'confirm-title' },
      element('header', {}, element('h2', { id: 'confirm-title' }, title.text)),
      element('div', { class: 'window-body' }, textNodes(text, names)),
      element('footer', {}, no, yes),
    )
    dialog.addEventListener('close', () => {
      dialog.remove()
      resolve(dialog.returnValue === 'yes')
    })
    document.body.append(dialog)
    dialog.showModal()
  })
}
