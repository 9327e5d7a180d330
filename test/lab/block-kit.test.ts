import { describe, expect, it } from 'vitest'
import { checkView, refuseBlocks, startSlack } from '../../lab/slack/index.ts'
import { callSlack } from '../slack/support/messages.ts'

type Json = Readonly<Record<string, unknown>>

const times = <T>(count: number, make: (index: number) => T) =>
  Array.from({ length: count }, (_, at) => make(at))
const long = (count: number) => 'x'.repeat(count)
const plain = (text = 'x') => ({ type: 'plain_text', text })
const mrkdwn = (text = 'x') => ({ type: 'mrkdwn', text })
const option = (text = 'x', value = 'v') => ({ text: plain(text), value })
const button = (more: Json = {}) => ({ type: 'button', action_id: 'a', text: plain(), ...more })
const actions = (...elements: readonly Json[]) => ({ type: 'actions', elements })
const rich = (...elements: readonly Json[]) => ({ type: 'rich_text', elements })
const line = (...elements: readonly Json[]) => rich({ type: 'rich_text_section', elements })
const confirm = (more: Json = {}) => ({
  title: plain(),
  text: plain(),
  confirm: plain(),
  deny: plain(),
  ...more,
})
const text = (more: Json = {}) => ({ type: 'text', text: 'x', ...more })
const date = (more: Json = {}) => ({ type: 'date', timestamp: 1, format: '{time}', ...more })
const image = (more: Json = {}) => ({
  type: 'image',
  alt_text: 'x',
  image_url: 'https://x',
  ...more,
})
const input = (element: Json, more: Json = {}) => ({
  type: 'input',
  label: plain(),
  element,
  ...more,
})
const typed = (more: Json = {}) => ({ type: 'plain_text_input', action_id: 'a', ...more })
const card = (more: Json = {}) => ({ type: 'card', title: mrkdwn(), ...more })
const container = (count: number, more: Json = {}) => ({
  type: 'container',
  title: plain(),
  child_blocks: times(count, () => ({ type: 'divider' })),
  ...more,
})
const video = (more: Json = {}) => ({
  type: 'video',
  video_url: 'https://x',
  thumbnail_url: 'https://x',
  alt_text: 'x',
  title: plain(),
  ...more,
})
const asking = (more: Json) => actions(button({ confirm: confirm(more) }))
const choosing = (type: string, count: number) =>
  actions({ type, options: times(count, () => option()) })
const markdown = (count: number) => ({ type: 'markdown', text: long(count) })
const item = { type: 'rich_text_section', elements: [text()] }
const cell = { type: 'raw_text', text: 'x' }
const dataTable = (rows: number, more: Json = {}) => ({
  type: 'data_table',
  caption: 'x',
  rows: times(rows, () => [cell]),
  ...more,
})

/** What Slack takes so many of, or so long, and no more (limits of Block Kit). */
const LIMITS: readonly (readonly [string, number, (count: number) => readonly Json[]])[] = [
  ['blocks in a message', 50, (n) => times(n, () => ({ type: 'divider' }))],
  ['characters in a section', 3000, (n) => [{ type: 'section', text: mrkdwn(long(n)) }]],
  ['fields in a section', 10, (n) => [{ type: 'section', fields: times(n, () => mrkdwn()) }]],
  ['characters in a field', 2000, (n) => [{ type: 'section', fields: [mrkdwn(long(n))] }]],
  ['characters in a header', 150, (n) => [{ type: 'header', text: plain(long(n)) }]],
  ['elements in a context', 10, (n) => [{ type: 'context', elements: times(n, () => mrkdwn()) }]],
  ['buttons in a row', 25, (n) => [actions(...times(n, (at) => button({ action_id: `a${at}` })))]],
  ['characters in a block id', 255, (n) => [{ type: 'divider', block_id: long(n) }]],
  ['characters in an action id', 255, (n) => [actions(button({ action_id: long(n) }))]],
  ['characters on a button', 75, (n) => [actions(button({ text: plain(long(n)) }))]],
  ['characters in a value', 2000, (n) => [actions(button({ value: long(n) }))]],
  ['characters in an address', 3000, (n) => [actions(button({ url: long(n) }))]],
  ['characters read aloud', 75, (n) => [actions(button({ accessibility_label: long(n) }))]],
  ['characters in a question’s title', 100, (n) => [asking({ title: plain(long(n)) })]],
  ['characters in a question', 300, (n) => [asking({ text: plain(long(n)) })]],
  ['characters in a yes', 30, (n) => [asking({ confirm: plain(long(n)) })]],
  ['characters in a no', 30, (n) => [asking({ deny: plain(long(n)) })]],
  ['entries in an overflow menu', 5, (n) => [choosing('overflow', n)]],
  ['radio buttons', 10, (n) => [choosing('radio_buttons', n)]],
  ['checkboxes', 10, (n) => [choosing('checkboxes', n)]],
  ['entries in a menu', 100, (n) => [choosing('static_select', n)]],
  [
    'characters in an entry',
    75,
    (n) => [actions({ type: 'overflow', options: [option(long(n))] })],
  ],
  [
    'characters in an entry’s value',
    150,
    (n) => [actions({ type: 'overflow', options: [option('x', long(n))] })],
  ],
  [
    'characters in a placeholder',
    150,
    (n) => [actions({ type: 'users_select', placeholder: plain(long(n)) })],
  ],
  ['characters in an input’s label', 2000, (n) => [input(typed(), { label: plain(long(n)) })]],
  ['characters in an input’s hint', 2000, (n) => [input(typed(), { hint: plain(long(n)) })]],
  ['characters typed', 3000, (n) => [input(typed({ max_length: n }))]],
  ['characters for an image', 2000, (n) => [image({ alt_text: long(n) })]],
  ['columns in a table', 20, (n) => [{ type: 'table', rows: [times(n, () => cell)] }]],
  ['rows in a table', 100, (n) => [{ type: 'table', rows: times(n, () => [cell]) }]],
  ['rows in a data table, its header among them', 101, (n) => [dataTable(n)]],
  ['rows on a page of a data table', 100, (n) => [dataTable(2, { page_size: n })]],
  ['characters in a card’s title', 150, (n) => [card({ title: mrkdwn(long(n)) })]],
  ['characters in a card', 200, (n) => [card({ body: mrkdwn(long(n)) })]],
  ['cards in a carousel', 10, (n) => [{ type: 'carousel', elements: times(n, () => card()) }]],
  ['blocks in a container', 10, (n) => [container(n)]],
  ['characters in a container’s title', 150, (n) => [container(1, { title: plain(long(n)) })]],
  ['characters in a video’s title', 200, (n) => [video({ title: plain(long(n)) })]],
  ['characters in a video’s author', 50, (n) => [video({ author_name: long(n) })]],
  [
    'buttons in a context',
    5,
    (n) => [{ type: 'context_actions', elements: times(n, () => ({ type: 'icon_button' })) }],
  ],
  ['characters of markdown in all blocks', 12_000, (n) => [markdown(6000), markdown(n - 6000)]],
  [
    'steps of indent',
    8,
    (indent) => [rich({ type: 'rich_text_list', style: 'bullet', indent, elements: [item] })],
  ],
]

describe('the lab Slack', () => {
  it.each(LIMITS)('counts %s: %i and no more', (_, most, blocks) => {
    expect(refuseBlocks(blocks(most))).toBeNull()
    expect(refuseBlocks(blocks(most + 1))).toMatchObject({ error: 'invalid_blocks' })
  })

  it.each([
    ['no element', rich()],
    ['an empty text', line(text({ text: '' }))],
    ['a style that does not exist', line(text({ style: { size: true } }))],
    ['mrkdwn in place of a text', line(mrkdwn())],
    ['a mention of nobody', line({ type: 'user', user_id: '<!channel>' })],
    ['a date without a time', line(date({ timestamp: 'today' }))],
    ['a date with an unknown token', line(date({ format: '{date_short_pretty} {hour}' }))],
    ['an empty list', rich({ type: 'rich_text_list', style: 'bullet', elements: [] })],
    [
      'a mention in preformatted text',
      rich({ type: 'rich_text_preformatted', elements: [{ type: 'user', user_id: 'U1' }] }),
    ],
    ['a list in a section', line({ type: 'rich_text_list', style: 'bullet', elements: [] })],
  ])('refuses rich text with %s', (_, block) => {
    expect(refuseBlocks([block])).toMatchObject({ error: 'invalid_blocks' })
  })

  it.each([
    '{time} {date_short_pretty} ({ago})',
    '{date_num} {time_secs}',
    'since {date_long_full}',
  ])('takes a date as %s', (format) => expect(refuseBlocks([line(date({ format }))])).toBeNull())

  it('refuses an image that comes from nowhere, or from two places', () => {
    for (const source of [{ image_url: undefined }, { slack_file: { id: 'F1' } }]) {
      expect(refuseBlocks([image(source)])).toMatchObject({ error: 'invalid_blocks' })
    }
  })

  it('refuses an input that asks for more than it takes', () => {
    const block = input(typed({ min_length: 11, max_length: 10 }))
    expect(refuseBlocks([block])).toMatchObject({ error: 'invalid_blocks' })
  })

  it('refuses an alert in a message and takes it in a window', () => {
    const blocks = [{ type: 'alert', text: plain() }]
    expect(refuseBlocks(blocks)).toMatchObject({ error: 'invalid_blocks' })
    expect(checkView({ type: 'modal', title: plain(), blocks })).toMatchObject({ ok: true })
  })

  it('does not edit rich text away, as Slack does not', async () => {
    const slack = await startSlack()
    try {
      const channel = slack.channelId('incident-prod')
      await callSlack(slack, 'chat.postMessage', { channel, text: 'x', blocks: [line(text())] })
      const [message] = slack.messages()
      const edit = (blocks: readonly Json[]) =>
        callSlack(slack, 'chat.update', { channel, ts: message?.ts, text: 'y', blocks })
      expect(await edit([{ type: 'divider' }])).toMatchObject({
        ok: false,
        error: 'block_mismatch',
      })
      expect(await edit([line(text()), { type: 'divider' }])).toMatchObject({ ok: true })
    } finally {
      await slack.close()
    }
  })

  it('takes no more than 100 attachments', async () => {
    const slack = await startSlack()
    try {
      const post = (count: number) =>
        callSlack(slack, 'chat.postMessage', {
          channel: slack.channelId('incident-prod'),
          text: 'x',
          attachments: times(count, () => ({ text: 'x' })),
        })
      expect(await post(100)).toMatchObject({ ok: true })
      expect(await post(101)).toMatchObject({ ok: false, error: 'too_many_attachments' })
    } finally {
      await slack.close()
    }
  })
})
