import { createServer } from 'node:http'
import { App, LogLevel, SocketModeReceiver } from '@slack/bolt'
import { WebClient } from '@slack/web-api'
import { afterEach, describe, expect, it } from 'vitest'
import { cardText, type LabSlack, type LabSlackOptions, startSlack } from '../../lab/slack/index.ts'

const SILENT = {
  debug() {},
  info() {},
  warn() {},
  error() {},
  setLevel() {},
  getLevel: () => LogLevel.ERROR,
  setName() {},
}

const closing: (() => Promise<unknown>)[] = []

afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close()
})

async function openSlack(options?: LabSlackOptions): Promise<LabSlack> {
  const slack = await startSlack(options)
  closing.push(() => slack.close())
  return slack
}

function clientOf(slack: LabSlack, token = slack.botToken): WebClient {
  return new WebClient(token, {
    slackApiUrl: slack.apiUrl,
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
    logger: SILENT,
  })
}

function section(text: string) {
  return { type: 'section' as const, text: { type: 'mrkdwn' as const, text } }
}

function button(id: string, label: string, value = 'none') {
  const text = { type: 'plain_text' as const, text: label }
  return { type: 'button' as const, action_id: id, text, value }
}

/** A small bot: a command posts a card, Approve edits it, Reject asks for the reason in a modal. */
function addBehaviour(app: App) {
  app.command('/rancher', async ({ ack, client, command }) => {
    if (command.text === '') {
      await ack({ response_type: 'ephemeral', text: 'Say `/rancher reagent CLUSTER`.' })
      return
    }
    await ack()
    await client.chat.postMessage({
      channel: command.channel_id,
      text: `${command.text} asked for by <@${command.user_id}>`,
      blocks: [
        section(`*${command.text}* is lost`),
        {
          type: 'actions',
          elements: [button('approve', 'Approve', 'run-1'), button('reject', 'Reject', 'run-1')],
        },
      ],
    })
  })
  app.action('approve', async ({ ack, client, body, respond }) => {
    await ack()
    if (body.type !== 'block_actions' || body.channel === undefined) return
    await client.chat.update({
      channel: body.channel.id,
      ts: String(body.message?.ts),
      text: 'approved',
      blocks: [section(`approved by <@${body.user.id}>`)],
    })
    await respond({ response_type: 'ephemeral', replace_original: false, text: 'Noted.' })
  })
  app.action('reject', async ({ ack, client, body }) => {
    await ack()
    if (body.type !== 'block_actions') return
    await client.views.open({
      trigger_id: body.trigger_id,
      view: {
        type: 'modal',
        callback_id: 'reason',
        title: { type: 'plain_text', text: 'Reject' },
        submit: { type: 'plain_text', text: 'Reject' },
        private_metadata: `${body.channel?.id}/${body.message?.ts}`,
        blocks: [
          {
            type: 'input',
            block_id: 'why',
            label: { type: 'plain_text', text: 'Reason' },
            element: { type: 'plain_text_input', action_id: 'text' },
          },
        ],
      },
    })
  })
  app.view('reason', async ({ ack, client, view, body }) => {
    const reason = view.state.values.why?.text?.value ?? ''
    if (reason.length < 4) {
      await ack({ response_action: 'errors', errors: { why: 'Say a little more.' } })
      return
    }
    await ack()
    const [channel = '', ts = ''] = view.private_metadata.split('/')
    const text = `rejected by <@${body.user.id}>: ${reason}`
    await client.chat.update({ channel, ts, text, blocks: [section(text)] })
  })
}

async function startBot(slack: LabSlack): Promise<void> {
  const app = new App({
    token: slack.botToken,
    signingSecret: slack.signingSecret,
    clientOptions: { slackApiUrl: slack.apiUrl, retryConfig: { retries: 0 } },
    logLevel: LogLevel.ERROR,
  })
  addBehaviour(app)
  const server = await app.start({ port: 0, host: '127.0.0.1' })
  closing.push(() => app.stop())
  const address = server?.address()
  if (typeof address !== 'object' || address === null) throw new Error('the bot has no port')
  slack.connectTo(`http://127.0.0.1:${address.port}/slack/events`)
}

async function startSocketBot(slack: LabSlack): Promise<void> {
  const clientOptions = { slackApiUrl: slack.apiUrl, retryConfig: { retries: 0 } }
  const receiver = new SocketModeReceiver({
    appToken: slack.appToken,
    // The client waits this long before it connects again.
    clientPingTimeout: 200,
    installerOptions: { clientOptions },
    logger: SILENT,
  })
  const app = new App({ token: slack.botToken, receiver, clientOptions, logger: SILENT })
  addBehaviour(app)
  await app.start()
  closing.push(() => app.stop())
}

const cardOf = (slack: LabSlack, words: string) =>
  slack.waitFor(() => slack.messages().find((card) => cardText(card).includes(words)), 3000)

describe('a Bolt app in front of the lab Slack', () => {
  it('starts in a fraction of a second', async () => {
    await openSlack()
    const before = performance.now()
    await openSlack()
    expect(performance.now() - before).toBeLessThan(300)
  })

  it('answers a command with a card that a click then edits in place', async () => {
    const slack = await openSlack()
    await startBot(slack)

    const said = await slack.say('oncall', '/rancher reagent myk8s')
    expect(said).toMatchObject({ status: 200, body: '' })
    expect(said.message).toBeUndefined()
    const card = await cardOf(slack, 'is lost')
    expect(cardText(card)).toBe('*reagent myk8s* is lost\n[Approve] [Reject]')

    expect(await slack.click('lead', { actionId: 'approve' })).toMatchObject({ status: 200 })
    const edited = await cardOf(slack, 'approved')
    expect(edited).toMatchObject({ ts: card.ts, edits: 1 })
    expect(cardText(edited)).toBe(`approved by <@${slack.person('lead').id}>`)
    expect(slack.messages()).toHaveLength(1)
    await expect(slack.click('lead', { actionId: 'approve' })).rejects.toThrow('sees nothing')
    expect(await slack.clickOld('lead', card, 'approve')).toMatchObject({ status: 200 })
    await slack.waitFor(() => slack.messages()[0]?.edits === 2, 3000)

    const history = await clientOf(slack).conversations.history({
      channel: slack.channelId('incident-prod'),
    })
    expect(history.messages).toMatchObject([
      { ts: card.ts, text: 'approved', user: slack.botUserId },
    ])
  })

  it('opens a modal, shows its errors and takes the second submission', async () => {
    const slack = await openSlack()
    await startBot(slack)
    await slack.say('oncall', '/rancher reagent myk8s')
    await cardOf(slack, 'is lost')
    await slack.click('lead', { actionId: 'reject' })
    const modal = await slack.waitFor(() => slack.modal('lead'), 3000)
    expect(modal).toMatchObject({ title: 'Reject', callbackId: 'reason' })
    expect(slack.modal('oncall')).toBeUndefined()

    await expect(slack.submit('lead')).rejects.toThrow('wants "why" filled in')
    const refused = await slack.submit('lead', { text: 'no' })
    expect(refused.errors).toEqual({ why: 'Say a little more.' })
    expect(slack.modal('lead')?.errors).toEqual({ why: 'Say a little more.' })
    expect(await slack.submit('lead', { why: 'not tonight' })).toMatchObject({ errors: {} })
    expect(slack.modal('lead')).toBeUndefined()
    expect(cardText(await cardOf(slack, 'rejected'))).toContain('not tonight')
  })

  it('shows an ephemeral message to its reader only', async () => {
    const slack = await openSlack()
    await startBot(slack)
    const { message } = await slack.say('guest', '/rancher')
    expect(message).toMatchObject({ text: 'Say `/rancher reagent CLUSTER`.', edits: 0 })
    expect(slack.ephemerals('guest')).toEqual([message])
    expect(slack.ephemerals('oncall')).toEqual([])
    expect(slack.messages()).toEqual([])

    await slack.say('oncall', '/rancher reagent myk8s')
    await cardOf(slack, 'is lost')
    await slack.click('lead', { actionId: 'approve' })
    await slack.waitFor(() => slack.ephemerals('lead').some(({ text }) => text === 'Noted.'), 3000)
    expect(slack.ephemerals('oncall')).toEqual([])
  })

  it('has a wrong signature and an old timestamp refused by the bot', async () => {
    const slack = await openSlack()
    await startBot(slack)
    await slack.say('oncall', '/rancher')
    const request = slack.lastRequest()
    if (request === undefined) throw new Error('no request was sent')
    expect(request.headers['content-type']).toBe('application/x-www-form-urlencoded')
    expect(await slack.replay(request)).toMatchObject({ status: 200 })
    const { body } = request
    expect(await slack.sendRaw({ body, signature: 'v0=00' })).toMatchObject({ status: 401 })
    const timestamp = String(Math.floor(Date.now() / 1000) - 600)
    expect(await slack.sendRaw({ body, timestamp })).toMatchObject({ status: 401 })
  })

  it('says what Slack says when nobody listens, and when the bot takes more than 3 s', async () => {
    const slack = await openSlack({ requestUrl: 'http://127.0.0.1:9/slack/events' })
    const unheard = await slack.say('oncall', '/rancher reagent myk8s')
    expect(unheard.status).toBeNull()
    expect(unheard.message?.text).toBe('/rancher failed with the error "dispatch_failed"')

    const mute = createServer()
    await new Promise<void>((resolve) => mute.listen(0, '127.0.0.1', resolve))
    closing.push(
      async () => mute.closeAllConnections(),
      async () => mute.close(),
    )
    const address = mute.address()
    if (typeof address !== 'object' || address === null) throw new Error('no port')
    slack.connectTo(`http://127.0.0.1:${address.port}/`)
    const late = await slack.say('oncall', '/rancher reagent myk8s')
    expect(late).toMatchObject({ status: null, ackMs: 3000 })
    expect(late.message?.text).toBe('/rancher failed with the error "operation_timeout"')
  })

  it('does the same over a socket, and again after the socket was renewed', async () => {
    const slack = await openSlack()
    await startSocketBot(slack)
    expect(slack.sockets()).toBe(1)
    const { message } = await slack.say('guest', '/rancher')
    expect(message?.text).toContain('/rancher reagent CLUSTER')
    await slack.say('oncall', '/rancher reagent myk8s')
    await cardOf(slack, 'is lost')
    expect(await slack.click('lead', { actionId: 'approve' })).toMatchObject({ status: 200 })
    await slack.waitFor(() => slack.ephemerals('lead').some(({ text }) => text === 'Noted.'), 3000)

    slack.refreshSockets()
    expect(slack.sockets()).toBe(0)
    expect(await slack.say('guest', '/rancher')).toMatchObject({ status: 200 })
    expect(slack.sockets()).toBe(1)
    expect(slack.transcript.some(({ to }) => to === 'socket')).toBe(true)
  })
})

describe("the lab Slack's Web API", () => {
  it('accepts only its own tokens', async () => {
    const slack = await openSlack()
    const { ok, team_id, response_metadata } = await clientOf(slack).auth.test()
    expect({ ok, team_id }).toEqual({ ok: true, team_id: 'T0LAB00001' })
    expect(response_metadata?.scopes).toContain('chat:write')
    await expect(clientOf(slack, 'xoxb-other').auth.test()).rejects.toMatchObject({
      data: { error: 'invalid_auth' },
    })
  })

  it('tells a client to wait as long as it was told to', async () => {
    const slack = await openSlack()
    const client = clientOf(slack)
    const post = () => client.chat.postMessage({ channel: '#incident-prod', text: 'hello' })
    slack.rateLimit('chat.postMessage', { retryAfterSeconds: 7, times: 2 })
    for (const _ of [1, 2]) {
      await expect(post()).rejects.toMatchObject({
        code: 'slack_webapi_rate_limited_error',
        retryAfter: 7,
      })
    }
    expect(await post()).toMatchObject({ ok: true })
  })

  it('refuses on request, and loses an answer after doing what was asked', async () => {
    const slack = await openSlack()
    const client = clientOf(slack)
    const post = () => client.chat.postMessage({ channel: 'incident-prod', text: 'hello' })
    slack.fail('chat.postMessage', 'is_archived')
    await expect(post()).rejects.toMatchObject({ data: { error: 'is_archived' } })
    slack.fail('chat.postMessage', null)
    slack.loseAnswer('chat.postMessage')
    await expect(post()).rejects.toMatchObject({ code: 'slack_webapi_request_error' })
    expect(slack.messages()).toHaveLength(1)
    await expect(client.apiCall('no.such')).rejects.toMatchObject({
      data: { error: 'unknown_method' },
    })
  })

  it('comes back at the same address after it was down', async () => {
    const slack = await openSlack()
    const client = clientOf(slack)
    await slack.goDown()
    await expect(client.auth.test()).rejects.toMatchObject({ code: 'slack_webapi_request_error' })
    await slack.comeBack()
    expect(await client.auth.test()).toMatchObject({ ok: true })
  })

  it('keeps direct messages, threads and deletions apart from the channel', async () => {
    const slack = await openSlack()
    const client = clientOf(slack)
    const { id } = slack.person('lead')
    const direct = await client.chat.postMessage({ channel: id, text: 'psst' })
    expect(slack.messages(direct.channel)).toMatchObject([{ text: 'psst', channel: 'D0LEAD01' }])
    expect(slack.messages()).toEqual([])

    const { ts = '', channel = '' } = await client.chat.postMessage({
      channel: 'incident-prod',
      text: 'a card',
    })
    await client.chat.postMessage({ channel, thread_ts: ts, text: 'a reply' })
    const { messages } = await client.conversations.replies({ channel, ts })
    expect(messages).toMatchObject([{ text: 'a card', reply_count: 1 }, { thread_ts: ts }])
    await client.chat.delete({ channel, ts })
    expect(slack.messages()).toMatchObject([{ text: 'a reply', threadTs: ts }])
    await expect(client.chat.update({ channel, ts, text: 'x' })).rejects.toMatchObject({
      data: { error: 'message_not_found' },
    })
  })

  it('takes five posts on a response URL, and no sixth', async () => {
    const slack = await openSlack()
    await startBot(slack)
    await slack.say('oncall', '/rancher')
    const url = new URLSearchParams(slack.lastRequest()?.body).get('response_url') ?? ''
    const answers: [number, unknown][] = []
    for (const number of [1, 2, 3, 4, 5, 6]) {
      const response = await fetch(url, {
        method: 'POST',
        body: JSON.stringify({ text: `post ${number}` }),
      })
      answers.push([response.status, await response.json()])
    }
    expect(answers.slice(0, 5)).toEqual(Array.from({ length: 5 }, () => [200, { ok: true }]))
    expect(answers[5]).toEqual([404, { ok: false, error: 'used_url' }])
    expect(slack.ephemerals('oncall').map(({ text }) => text)).toContain('post 5')
  })

  it('refuses a channel that the bot is not in, and a scope that it lacks', async () => {
    const slack = await openSlack({
      scopes: ['chat:write'],
      channels: [{ name: 'secret', isPrivate: true, hasBot: false }],
    })
    const client = clientOf(slack)
    await expect(
      client.chat.postMessage({ channel: slack.channelId('secret'), text: 'x' }),
    ).rejects.toMatchObject({ data: { error: 'not_in_channel' } })
    await expect(client.usergroups.list()).rejects.toMatchObject({
      data: { error: 'missing_scope', needed: 'usergroups:read' },
    })
  })

  it.each([
    ['a header of 151 characters', [{ type: 'header', text: plain(151) }], 'less than 151'],
    [
      'a header in mrkdwn',
      [{ type: 'header', text: { type: 'mrkdwn', text: 'x' } }],
      '/blocks/0/text/type',
    ],
    ['an unknown block', [{ type: 'hero' }], 'unsupported type'],
    ['51 blocks', Array.from({ length: 51 }, () => ({ type: 'divider' })), 'no more than 50'],
    ['a section of 3,001 characters', [section('x'.repeat(3001))], 'less than 3001'],
    ['a section with nothing in it', [{ type: 'section' }], 'missing required field: text'],
    ['an empty text', [section('')], 'more than 0'],
    [
      '26 buttons in a row',
      [{ type: 'actions', elements: Array.from({ length: 26 }, (_, at) => button(`b${at}`, 'b')) }],
      'no more than 25',
    ],
    [
      'a button text of 76 characters',
      [{ type: 'actions', elements: [button('a', 'x'.repeat(76))] }],
      'less than 76',
    ],
    [
      'a button value of 2,001 characters',
      [{ type: 'actions', elements: [button('a', 'b', 'x'.repeat(2001))] }],
      'less than 2001',
    ],
    [
      'two equal action ids in a block',
      [{ type: 'actions', elements: [button('a', 'b'), button('a', 'c')] }],
      'action_id already exists',
    ],
    [
      'two equal block ids',
      [
        { type: 'divider', block_id: 'x' },
        { type: 'divider', block_id: 'x' },
      ],
      'block_id already exists',
    ],
    [
      '11 elements of context',
      [{ type: 'context', elements: Array.from({ length: 11 }, () => plain(1)) }],
      'no more than 10',
    ],
    [
      'a property that does not exist',
      [{ type: 'divider', colour: 'red' }],
      'invalid additional property: colour',
    ],
  ])('refuses a message with %s as Slack does', async (_, blocks, reason) => {
    const slack = await openSlack()
    const refusal = clientOf(slack).chat.postMessage({
      channel: 'incident-prod',
      text: 'x',
      blocks: structuredClone<{ type: string }[]>(blocks),
    })
    await expect(refusal).rejects.toMatchObject({
      data: {
        error: 'invalid_blocks',
        response_metadata: { messages: [expect.stringContaining(reason)] },
      },
    })
    expect(slack.messages()).toEqual([])
  })

  it('counts characters as people do, not UTF-16 units', async () => {
    const slack = await openSlack()
    await clientOf(slack).chat.postMessage({
      channel: 'incident-prod',
      text: 'x',
      blocks: [{ type: 'header', text: { type: 'plain_text', text: '🔴'.repeat(150) } }],
    })
    expect(slack.messages()).toHaveLength(1)
  })

  it('refuses an edit with a text that only a new message may have', async () => {
    const slack = await openSlack()
    const client = clientOf(slack)
    const text = 'x'.repeat(4001)
    const { ts = '', channel = '' } = await client.chat.postMessage({
      channel: 'incident-prod',
      text,
    })
    await expect(client.chat.update({ channel, ts, text })).rejects.toMatchObject({
      data: { error: 'msg_too_long' },
    })
  })

  it('keeps a modal title at 24 characters and a trigger at one use', async () => {
    const slack = await openSlack()
    const client = clientOf(slack)
    const view = {
      type: 'modal' as const,
      title: { type: 'plain_text' as const, text: 'x'.repeat(25) },
      blocks: [{ type: 'divider' }],
    }
    await expect(client.views.open({ trigger_id: 'x', view })).rejects.toMatchObject({
      data: { response_metadata: { messages: [expect.stringContaining('/view/title/text')] } },
    })
    const fine = { ...view, title: { type: 'plain_text' as const, text: 'x' } }
    await expect(client.views.open({ trigger_id: 'x', view: fine })).rejects.toMatchObject({
      data: { error: 'invalid_trigger_id' },
    })
  })

  it('lets a trigger live for three seconds', async () => {
    let time = Date.now()
    const slack = await openSlack({ now: () => new Date(time) })
    await startBot(slack)
    await slack.say('oncall', '/rancher')
    const trigger_id = new URLSearchParams(slack.lastRequest()?.body).get('trigger_id') ?? ''
    time += 3001
    const view = {
      type: 'modal' as const,
      title: { type: 'plain_text' as const, text: 'Late' },
      blocks: [{ type: 'divider' }],
    }
    await expect(clientOf(slack).views.open({ trigger_id, view })).rejects.toMatchObject({
      data: { error: 'expired_trigger_id' },
    })
  })

  it('knows guests, strangers, leavers and groups', async () => {
    const slack = await openSlack({
      people: [
        { name: 'partner', teamId: 'T0OTHER', isStranger: true, locale: 'de-DE', tz: 'Asia/Tokyo' },
      ],
    })
    const client = clientOf(slack)
    const info = async (name: string) =>
      (await client.users.info({ user: slack.person(name).id, include_locale: true })).user
    expect(await info('guest')).toMatchObject({ is_restricted: true, deleted: false })
    expect(await info('partner')).toMatchObject({
      is_stranger: true,
      team_id: 'T0OTHER',
      locale: 'de-DE',
      tz: 'Asia/Tokyo',
    })
    slack.changePerson('lead', { deleted: true })
    expect(await info('lead')).toMatchObject({ deleted: true })

    const { usergroups = [] } = await client.usergroups.list({ include_users: true })
    expect(usergroups).toMatchObject([{ handle: 'sre', user_count: 2 }])
    slack.setUserGroup('sre', ['lead'])
    const { users } = await client.usergroups.users.list({ usergroup: usergroups[0]?.id ?? '' })
    expect(users).toEqual([slack.person('lead').id])
  })

  it('gives the same ids and timestamps for the same seed', async () => {
    const stories = await Promise.all(
      [1, 1, 2].map(async (seed) => {
        const slack = await openSlack({ seed })
        await clientOf(slack).chat.postMessage({ channel: 'incident-prod', text: 'hello' })
        return [slack.person('oncall').id, slack.signingSecret, slack.messages()]
      }),
    )
    expect(stories[0]).toEqual(stories[1])
    expect(stories[0]?.[0]).toBe('U0ONCALL01')
    expect(stories[2]?.[0]).toBe('U0ONCALL02')
  })

  it('remembers all that was said to it, readable, without the token', async () => {
    const slack = await openSlack()
    await clientOf(slack).chat.postMessage({
      channel: 'incident-prod',
      text: 'x',
      blocks: [section('token-abcde:"quoted"\nsecond line')],
    })
    expect(slack.transcript).toHaveLength(1)
    expect(slack.transcript[0]?.plain).toContain('token-abcde:"quoted"\nsecond line')
    expect(JSON.stringify(slack.transcript)).not.toContain(slack.botToken)
  })
})

function plain(length: number) {
  return { type: 'plain_text', text: 'x'.repeat(length) }
}
