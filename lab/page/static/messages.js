import { ask } from './api.js'
import { blockNodes } from './blocks.js'
import { clockTime, dayName } from './dates.js'
import { byId, element, setText } from './dom.js'
import { mrkdwnNodes, spoken } from './mrkdwn.js'

const NEAR_THE_END_PX = 48

/** What is drawn of each entry of the list, by key, and of which content. */
const drawn = new Map()
let drawnFor = null
let isAtEnd = true

/** Whoever reads the end of the channel stays there when cards grow or the page gets another size. */
export function setUpMessages() {
  const list = byId('messages')
  list.addEventListener('scroll', () =>
    setAtEnd(list.scrollHeight - list.scrollTop - list.clientHeight < NEAR_THE_END_PX),
  )
  new ResizeObserver(stayAtEnd).observe(list)
}

/** The browser keeps what is read in its place when something above it grows; at the end, the end is what is read. */
function setAtEnd(isIt) {
  isAtEnd = isIt
  byId('messages').style.overflowAnchor = isIt ? 'none' : 'auto'
}

function stayAtEnd() {
  const list = byId('messages')
  if (isAtEnd) list.scrollTop = list.scrollHeight
}

/** Draws the channel as this person sees it. Only what changed is drawn anew. */
export function showMessages(snapshot, names) {
  const list = byId('messages')
  const isOtherPerson = drawnFor !== snapshot.you
  if (isOtherPerson) {
    drawn.clear()
    list.replaceChildren()
    drawnFor = snapshot.you
  }
  const entries = entriesOf(snapshot, names)
  removeOthers(new Set(entries.map(({ key }) => key)))
  for (const [index, entry] of entries.entries()) {
    const node = place(list, index, entry)
    if (node !== null && !isOtherPerson && entry.message?.isBot) announce(entry.message, names)
  }
  if (isOtherPerson) setAtEnd(true)
  stayAtEnd()
}

function entriesOf(snapshot, names) {
  const entries = [{ key: 'start', content: '', draw: () => startNode(snapshot) }]
  let day = ''
  for (const message of snapshot.messages) {
    const name = dayName(dateOf(message))
    if (name !== day) {
      day = name
      entries.push({ key: `day ${name}`, content: '', draw: () => dayNode(name) })
    }
    entries.push({
      key: message.ts,
      content: JSON.stringify(message),
      message,
      draw: () => messageNode(message, snapshot, names),
    })
  }
  return entries
}

function removeOthers(kept) {
  for (const [key, { node }] of drawn) {
    if (kept.has(key)) continue
    node.remove()
    drawn.delete(key)
  }
}

/** Puts an entry where it belongs; the node when it had to be drawn, else null. */
function place(list, index, { key, content, draw }) {
  const before = drawn.get(key)
  if (before?.content === content) return null
  const node = draw()
  drawn.set(key, { node, content })
  if (before === undefined) list.insertBefore(node, list.children[index] ?? null)
  else replaceKeepingFocus(before.node, node)
  return node
}

/** A card that is edited must not take the keyboard away from whoever is about to press one of its buttons. */
function replaceKeepingFocus(before, node) {
  const focused = before.contains(document.activeElement) ? document.activeElement : null
  before.replaceWith(node)
  if (focused === null) return
  const same = [...node.querySelectorAll('[data-key]')].find(
    ({ dataset }) => dataset.key === focused.dataset.key,
  )
  const target = same ?? node
  target.focus({ preventScroll: true })
}

function announce(message, names) {
  setText(byId('announcements'), `${message.from}: ${spoken(message.text, names)}`)
}

function startNode({ channel }) {
  return element(
    'li',
    { class: 'start' },
    element('h2', {}, `This is the beginning of #${channel}`),
    element('p', {}, 'What Reagent finds out and proposes appears here.'),
  )
}

function dayNode(name) {
  return element('li', { class: 'day' }, element('span', {}, name))
}

function messageNode(message, { you, bot }, names) {
  const { ts, from, isBot, isEphemeral, isReply, edits } = message
  const date = dateOf(message)
  return element(
    'li',
    { class: `message${isEphemeral ? ' ephemeral' : ''}`, 'data-ts': ts, tabindex: '-1' },
    isBot
      ? element('img', { class: 'avatar', src: '/reagent.svg', alt: '' })
      : element('span', { class: 'avatar', 'aria-hidden': 'true' }, from.slice(0, 1).toUpperCase()),
    element(
      'article',
      {},
      isEphemeral ? element('p', { class: 'only-you' }, 'Only visible to you') : null,
      element(
        'header',
        {},
        element('span', { class: 'name' }, isBot ? bot.name : from),
        isBot ? element('span', { class: 'app-badge' }, 'APP') : null,
        element(
          'time',
          { datetime: date.toISOString(), title: date.toLocaleString() },
          clockTime(date),
        ),
        edits > 0 ? element('span', { class: 'edited' }, '(edited)') : null,
        isReply ? element('span', { class: 'edited' }, 'in a thread') : null,
      ),
      bodyNodes(message, {
        key: ts,
        names,
        press: (button) =>
          ask('/api/click', {
            person: you,
            ts,
            actionId: button.action_id,
            value: button.value ?? null,
          }),
      }),
    ),
  )
}

/** The fallback text shows only when there are no blocks, as in Slack. */
function bodyNodes({ text, blocks, attachments }, place) {
  const hasBlocks = blocks.length > 0 || attachments.length > 0
  return [
    ...(hasBlocks ? blockNodes(blocks, place) : mrkdwnNodes(text, place.names)),
    ...attachments.map((attachment) =>
      element('div', { class: 'attachment' }, blockNodes(attachment.blocks, place)),
    ),
  ]
}

function dateOf({ ts }) {
  return new Date(Number(ts) * 1000)
}
