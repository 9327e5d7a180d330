import { ask } from './api.js'
import { byId, element, setText } from './dom.js'

const SUGGESTIONS = [
  '/rancher reagent myk8s',
  '/rancher help',
  '/rancher clusters',
  '/rancher runs',
]

/** Connects the line at the bottom. `whoAmI` gives the name of whoever types. */
export function setUpComposer(whoAmI) {
  const form = byId('composer')
  const field = byId('command')
  const send = form.querySelector('.send')
  const note = (text) => setText(byId('composer-note'), text)
  const history = new Map()
  let recalled = 0

  const fill = (text) => {
    field.value = text
    field.focus()
    field.setSelectionRange(text.length, text.length)
    note('')
  }
  form
    .querySelector('.suggestions')
    .append(
      ...SUGGESTIONS.map((text) =>
        element('button', { type: 'button', class: 'suggestion', onclick: () => fill(text) }, text),
      ),
    )
  field.addEventListener('input', () => note(''))
  field.addEventListener('keydown', (event) => {
    const said = history.get(whoAmI()) ?? []
    const step = { ArrowUp: 1, ArrowDown: -1 }[event.key]
    if (step === undefined || event.isComposing) return
    event.preventDefault()
    recalled = Math.min(Math.max(recalled + step, 0), said.length)
    fill(recalled === 0 ? '' : said[said.length - recalled])
  })
  form.addEventListener('submit', async (event) => {
    event.preventDefault()
    const text = field.value.trim()
    if (text === '' || send.getAttribute('aria-busy') === 'true') return
    const person = whoAmI()
    send.setAttribute('aria-busy', 'true')
    const error = await ask('/api/say', { person, text })
    send.setAttribute('aria-busy', 'false')
    if (error === null) {
      history.set(person, [...(history.get(person) ?? []), text])
      recalled = 0
      if (field.value.trim() === text) fill('')
    } else {
      note(error)
    }
  })
  field.focus()
}
