import { describe, expect, it, onTestFinished } from 'vitest'
import { type LabSlack, startSlack } from '../../lab/slack/index.ts'
import { Secret, silentMeter } from '../../src/observe/index.ts'
import type { Operations } from '../../src/operations/index.ts'
import { createSlackApp } from '../../src/slack/index.ts'
import { openBot } from './support/bot.ts'
import { keepLog } from './support/log.ts'

type Options = Parameters<typeof createSlackApp>[0]

const nobodyAsks = async () => {
  throw new Error('nothing is asked at the start')
}
const OPERATIONS: Operations = {
  request: nobodyAsks,
  approve: nobodyAsks,
  reject: nobodyAsks,
  cancel: nobodyAsks,
  run: nobodyAsks,
  runs: nobodyAsks,
  ask: nobodyAsks,
  explain: nobodyAsks,
  rightsOf: () => ({ request: false, approve: false }),
  approversOf: () => [],
}

async function openSlack(): Promise<LabSlack> {
  const slack = await startSlack()
  onTestFinished(() => slack.close())
  return slack
}

/** Starts an app with working settings, except for what is given. */
async function start(slack: LabSlack, options: Partial<Options>) {
  const app = await createSlackApp({
    mode: { kind: 'http', signingSecret: new Secret(slack.signingSecret), port: 0 },
    botToken: new Secret(slack.botToken),
    teamId: slack.teamId,
    apiUrl: slack.apiUrl,
    operations: OPERATIONS,
    log: keepLog(),
    meter: silentMeter,
    clock: () => new Date(),
    ...options,
  })
  onTestFinished(() => app.stop().catch(() => undefined))
  return app.start()
}

describe('the bot does not start', () => {
  it('without a signing secret, which would let anybody in', async () => {
    const mode = { kind: 'http', signingSecret: new Secret(''), port: 0 } as const
    await expect(start(await openSlack(), { mode })).rejects.toMatchObject({
      code: 'config.invalid',
      message: expect.stringContaining('SLACK_SIGNING_SECRET: must not be empty'),
    })
  })

  it('with a token that Slack does not know, and says what to check', async () => {
    await expect(
      start(await openSlack(), { botToken: new Secret('xoxb-other') }),
    ).rejects.toMatchObject({
      code: 'slack.refused',
      facts: { reason: 'invalid_auth' },
      nextStep: expect.stringContaining('SLACK_BOT_TOKEN'),
    })
  })

  it('over a socket with an app token that Slack does not know', async () => {
    const mode = { kind: 'socket', appToken: new Secret('xapp-other') } as const
    await expect(start(await openSlack(), { mode })).rejects.toMatchObject({
      code: 'slack.refused',
      facts: { reason: 'invalid_auth' },
      nextStep: expect.stringContaining('SLACK_APP_TOKEN'),
    })
  })

  it('while Slack cannot be reached', async () => {
    const slack = await openSlack()
    await slack.goDown()
    await expect(start(slack, {})).rejects.toMatchObject({ code: 'slack.refused' })
  })
})

describe('the bot', () => {
  it('takes commands again after Slack renewed its socket', async () => {
    const bot = await openBot({ mode: 'socket' })
    bot.slack.refreshSockets()
    const said = await bot.slack.say('oncall', '/rancher reagent myk8s')
    expect(said.message?.text).toContain('Taken: run')
  })

  it('asked to stop ends what it has taken first', async () => {
    const bot = await openBot()
    await bot.ask()
    await bot.producer.redraw({ id: 'r-1', cluster: 'myk8s' })
    await bot.cardSaying('is queued')
    bot.slack.delay('chat.postEphemeral', 300)
    await bot.slack.click('stranger', { actionId: 'cancel' })
    await bot.stop()
    expect(bot.slack.ephemerals('stranger')).toHaveLength(1)
    expect((await bot.slack.say('oncall', '/rancher help')).status).toBeNull()
  })
})
