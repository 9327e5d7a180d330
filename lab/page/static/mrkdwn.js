import { formatDate } from './dates.js'
import { element } from './dom.js'

// Code spans and <…> are taken whole, so that nothing inside them ends or begins formatting.
const TOKEN =
  /`([^`\n]+)`|<([^<>\n]+)>|(?<![\p{L}\p{N}])([*_~])(?!\s|\3)((?:`[^`\n]+`|<[^<>\n]+>|(?!\3)[^\n`<])+)(?<!\s)\3(?![\p{L}\p{N}])/gu
const STYLED = { '*': 'strong', _: 'em', '~': 's' }
const ENTITIES = { '&lt;': '<', '&gt;': '>', '&amp;': '&' }

/** Slack's mrkdwn as nodes. `names` gives the name of a person by id. */
export function mrkdwnNodes(text, names) {
  return text
    .split(/```\n?([\s\S]*?)\n?```/)
    .flatMap((part, index) =>
      index % 2 === 1
        ? [element('pre', {}, unescaped(part))]
        : part === ''
          ? []
          : part.split('\n').map((line) => lineNode(line, names)),
    )
}

/** A text object as nodes; nothing when there is none. */
export function textNodes(text, names) {
  if (text === undefined || text === null) return []
  return text.type === 'mrkdwn' ? mrkdwnNodes(text.text, names) : plainNodes(text.text)
}

/** Plain text as nodes: a line each, nothing interpreted. */
function plainNodes(text) {
  return text.split('\n').map((line) => element('div', { class: 'text-line' }, line))
}

/** What mrkdwn says, without any formatting: for screen readers. */
export function spoken(text, names) {
  return element('div', {}, inline(text, names)).textContent
}

function lineNode(line, names) {
  const [, quote, bullet, indent, rest] = /^(?:(&gt; ?)|(• )|( {2,}))?(.*)$/s.exec(line)
  if (quote !== undefined) return element('blockquote', {}, inline(rest, names))
  if (bullet !== undefined)
    return element('div', { class: 'text-line bullet' }, inline(line, names))
  const kind = indent === undefined ? 'text-line' : 'text-line indented'
  return element('div', { class: kind }, inline(rest, names))
}

function inline(text, names) {
  const nodes = []
  let end = 0
  for (const match of text.matchAll(TOKEN)) {
    nodes.push(unescaped(text.slice(end, match.index)))
    nodes.push(tokenNode(match, names))
    end = match.index + match[0].length
  }
  nodes.push(unescaped(text.slice(end)))
  return nodes
}

function tokenNode([, code, reference, style, styled], names) {
  if (code !== undefined) return element('code', {}, unescaped(code))
  if (reference !== undefined) return referenceNode(reference, names)
  return element(STYLED[style], {}, inline(styled, names))
}

/** What stands between < and >: somebody, a channel, a time, a link. */
function referenceNode(reference, names) {
  const bar = reference.indexOf('|')
  const target = bar < 0 ? reference : reference.slice(0, bar)
  const label = bar < 0 ? '' : unescaped(reference.slice(bar + 1))
  if (/^@[UW]/.test(target)) {
    return mention(`@${names.get(target.slice(1)) ?? (label || target.slice(1))}`)
  }
  if (target.startsWith('#')) return mention(`#${label || target.slice(1)}`)
  if (target.startsWith('!date^')) return dateNode(target, label)
  if (target.startsWith('!')) return mention(label || `@${target.slice(1)}`)
  if (/^(https?:\/\/|mailto:)/i.test(target)) return link(unescaped(target), label)
  return label || unescaped(target)
}

function dateNode(target, fallback) {
  const [, seconds, format = '', address] = target.split('^')
  // More digits would be a time that no calendar has.
  if (!/^\d{1,12}$/.test(seconds ?? '')) return fallback
  const time = element(
    'time',
    {
      datetime: new Date(Number(seconds) * 1000).toISOString(),
      title: formatDate(Number(seconds), '{date_long} {time_secs}'),
    },
    formatDate(Number(seconds), format),
  )
  return address !== undefined && /^https?:\/\//i.test(address) ? link(address, time) : time
}

function link(address, label) {
  return element(
    'a',
    { href: address, target: '_blank', rel: 'noopener noreferrer' },
    label || address.replace(/^mailto:/i, ''),
  )
}

function mention(text) {
  return element('span', { class: 'mention' }, text)
}

function unescaped(text) {
  return text.replace(/&(?:lt|gt|amp);/g, (entity) => ENTITIES[entity])
}
