import { createServer } from 'node:http'
import { LogLevel, WebClient } from '@slack/web-api'
import { afterEach, describe, expect, it } from 'vitest'
import { cardText, type LabSlack, startSlack } from '../../lab/slack/index.ts'

const closing: (() => Promise<unknown>)[] = []

afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close()
})

/** A Slack in front of a bot that answers everything with `answer.body` and keeps the payloads. */
async function openSlack() {
  const slack = await startSlack()
  const payloads: Record<string, unknown>[] = []
  const answer: { body: object | null } = { body: null }
  const bot = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk)
    const form = new URLSearchParams(Buffer.concat(chunks).toString())
    payloads.push(JSON.parse(form.get('payload') ?? '{}'))
    response.end(answer.body === null ? '' : JSON.stringify(answer.body))
  })
  await new Promise<void>((resolve) => bot.listen(0, '127.0.0.1', resolve))
  const address = bot.address()
  if (typeof address !== 'object' || address === null) throw new Error('no port')
  slack.connectTo(`http://127.0.0.1:${address.port}/`)
  closing.push(
    () => slack.close(),
    async () => bot.close(),
    async () => bot.closeAllConnections(),
  )
  const client = new WebClient(slack.botToken, {
    slackApiUrl: slack.apiUrl,
    retryConfig: { retries: 0 },
    logLevel: LogLevel.ERROR,
  })
  return { slack, client, payloads, answer }
}

const plain = (text: string) => ({ type: 'plain_text' as const, text })
const option = (value: string) => ({ text: plain(`option ${value}`), value })

const CARD = [
  { type: 'header', text: plain('myk8s') },
  { type: 'section', fields: [plain('Cause'), plain('CA rotated')] },
  {
    type: 'actions',
    block_id: 'decide',
    elements: [
      { type: 'button', action_id: 'diagnose', value: 'a', text: plain('Diagnose a') },
      {
        type: 'static_select',
        action_id: 'cluster',
        placeholder: plain('Cluster'),
        options: [option('a'), option('b')],
      },
    ],
  },
  { type: 'context', elements: [{ type: 'mrkdwn', text: 'expires 02:26' }] },
]

const VIEW = {
  type: 'modal' as const,
  title: plain('Approve'),
  submit: plain('Approve'),
  notify_on_close: true,
  private_metadata: 'run-1',
  blocks: [
    {
      type: 'input',
      block_id: 'who',
      label: plain('Who'),
      element: { type: 'users_select', action_id: 'user' },
    },
    {
      type: 'input',
      block_id: 'why',
      optional: true,
      label: plain('Why'),
      element: { type: 'plain_text_input', action_id: 'text' },
    },
  ],
}

async function openModal(slack: LabSlack, client: WebClient, payloads: Record<string, unknown>[]) {
  await client.chat.postMessage({ channel: 'incident-prod', text: 'card', blocks: CARD })
  await slack.click('lead', { actionId: 'diagnose' })
  const trigger_id = String(payloads.at(-1)?.trigger_id)
  await client.views.open({ trigger_id, view: VIEW })
  return trigger_id
}

describe('people in the lab Slack', () => {
  it('read a card as text', async () => {
    const { slack, client } = await openSlack()
    await client.chat.postMessage({ channel: 'incident-prod', text: 'card', blocks: CARD })
    const [card] = slack.messages()
    expect(card && cardText(card)).toBe(
      'myk8s\nCause\nCA rotated\n[Diagnose a] [Cluster ▾]\nexpires 02:26',
    )
  })

  it('send a whole block_actions payload when they choose from a menu', async () => {
    const { slack, client, payloads } = await openSlack()
    const { ts } = await client.chat.postMessage({
      channel: 'incident-prod',
      text: 'card',
      blocks: CARD,
    })
    await slack.click('lead', { actionId: 'cluster', value: 'b' })
    const channel = slack.channelId('incident-prod')
    expect(payloads).toMatchObject([
      {
        type: 'block_actions',
        api_app_id: slack.appId,
        team: { id: 'T0LAB00001' },
        user: { id: slack.person('lead').id, team_id: 'T0LAB00001' },
        channel: { id: channel, name: 'incident-prod' },
        container: { type: 'message', message_ts: ts, channel_id: channel, is_ephemeral: false },
        message: { ts, text: 'card', app_id: slack.appId, user: slack.botUserId },
        state: { values: { decide: { cluster: { selected_option: option('b') } } } },
        actions: [
          {
            type: 'static_select',
            action_id: 'cluster',
            block_id: 'decide',
            selected_option: option('b'),
          },
        ],
        response_url: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+\/response\//),
      },
    ])
    await expect(slack.click('lead', { actionId: 'cluster', value: 'c' })).rejects.toThrow(
      'offered are "a", "b"',
    )
    await expect(slack.click('lead', { actionId: 'diagnose', value: 'b' })).rejects.toThrow(
      'sees nothing to press',
    )
  })

  it('press on an ephemeral message that only they have, and see it replaced', async () => {
    const { slack, client, payloads } = await openSlack()
    const user = slack.person('oncall').id
    const channel = slack.channelId('incident-prod')
    await client.chat.postEphemeral({ channel, user, text: 'card', blocks: CARD })
    await expect(slack.click('lead', { actionId: 'diagnose' })).rejects.toThrow('sees nothing')
    await slack.click('oncall', { actionId: 'diagnose' })
    expect(payloads[0]).toMatchObject({ container: { is_ephemeral: true } })
    expect(payloads[0]).not.toHaveProperty('message')
    await fetch(String(payloads[0]?.response_url), {
      method: 'POST',
      body: JSON.stringify({ replace_original: true, text: 'taken' }),
    })
    expect(slack.ephemerals('oncall')).toMatchObject([{ text: 'taken', blocks: [], edits: 1 }])
  })

  it('submit what they filled in, with names turned into ids', async () => {
    const { slack, client, payloads } = await openSlack()
    const trigger_id = await openModal(slack, client, payloads)
    await expect(client.views.open({ trigger_id, view: VIEW })).rejects.toMatchObject({
      data: { error: 'exchanged_trigger_id' },
    })
    await expect(slack.submit('lead', { nothing: 'x' })).rejects.toThrow('nothing to fill in')
    await slack.submit('lead', { user: 'oncall' })
    expect(payloads.at(-1)).toMatchObject({
      type: 'view_submission',
      view: {
        private_metadata: 'run-1',
        state: {
          values: {
            who: { user: { selected_user: slack.person('oncall').id } },
            why: { text: { type: 'plain_text_input', value: null } },
          },
        },
      },
    })
    expect(slack.modal('lead')).toBeUndefined()
  })

  it('see the modal that a submission is answered with, and all go when it is cleared', async () => {
    const { slack, client, payloads, answer } = await openSlack()
    await openModal(slack, client, payloads)
    answer.body = { response_action: 'update', view: { ...VIEW, title: plain('Sure?') } }
    await slack.submit('lead', { user: 'oncall' })
    expect(slack.modal('lead')?.title).toBe('Sure?')
    answer.body = { response_action: 'push', view: { ...VIEW, title: plain('Really?') } }
    await slack.submit('lead', { user: 'oncall' })
    expect(slack.modal('lead')).toMatchObject({ title: 'Really?' })
    answer.body = { response_action: 'clear' }
    await slack.submit('lead', { user: 'oncall' })
    expect(slack.modal('lead')).toBeUndefined()
  })

  it('see trouble when a submission is answered with an error for no input', async () => {
    const { slack, client, payloads, answer } = await openSlack()
    await openModal(slack, client, payloads)
    answer.body = { response_action: 'errors', errors: { nowhere: 'bad' } }
    const { errors } = await slack.submit('lead', { user: 'oncall' })
    expect(Object.values(errors)).toEqual(['We had some trouble connecting. Try again?'])
    expect(slack.modal('lead')).toBeDefined()
  })

  it('tell the bot when they close a modal, and every change can be followed', async () => {
    const { slack, client, payloads } = await openSlack()
    const seen: string[] = []
    slack.onChange(({ type, text, user }) => seen.push([type, text, user ?? 'all'].join(' ')))
    await openModal(slack, client, payloads)
    const view_id = slack.modal('lead')?.id ?? ''
    const stale = client.views.update({ view_id, hash: 'old', view: VIEW })
    await expect(stale).rejects.toMatchObject({ data: { error: 'hash_conflict' } })
    await client.views.update({ view_id, view: { ...VIEW, title: plain('Ready') } })
    await slack.closeModal('lead')
    expect(payloads.at(-1)).toMatchObject({ type: 'view_closed', is_cleared: false })
    const lead = slack.person('lead').id
    expect(seen).toEqual([
      'posted card all',
      `modal Approve ${lead}`,
      `modal_updated Ready ${lead}`,
      `modal_closed Ready ${lead}`,
    ])
    await expect(slack.waitFor(() => slack.modal('lead'), 20)).rejects.toThrow('seen:\nmyk8s')
  })
})

describe('the app-level token and the clock', () => {
  it('needs connections:write, and answers carry the time that Slack has', async () => {
    const slack = await startSlack({ appScopes: [] })
    closing.push(() => slack.close())
    slack.shiftClock(3_600_000)
    const response = await fetch(`${slack.apiUrl}apps.connections.open`, {
      method: 'POST',
      headers: { authorization: `Bearer ${slack.appToken}` },
    })
    expect(await response.json()).toMatchObject({
      error: 'missing_scope',
      needed: 'connections:write',
    })
    const aheadMs = Date.parse(response.headers.get('date') ?? '') - Date.now()
    expect(aheadMs / 60_000).toBeCloseTo(60, 0)
  })
})
