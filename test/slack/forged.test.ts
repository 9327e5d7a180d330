import { describe, expect, it } from 'vitest'
import { openBot } from './support/bot.ts'
import { interpreted } from './support/messages.ts'
import { clickWith, commandWith, timestampIn } from './support/requests.ts'
import { secondPlan, toPlan } from './support/steps.ts'

/** A bot that was asked for help once, so that there is a request to forge others from. */
async function withRequest() {
  const bot = await openBot()
  await bot.slack.say('oncall', '/rancher help')
  const body = commandWith(bot.slack, { text: 'reagent myk8s', trigger_id: 'another.trigger' })
  return { bot, body, onDisk: () => bot.runs.recent(10) }
}

async function withClick() {
  const bot = await openBot()
  const run = await bot.ask()
  await bot.bring(run, ...toPlan())
  await bot.cardSaying('needs an approval')
  await bot.slack.click('lead', { actionId: 'whole-plan' })
  return { bot, run, state: async () => (await bot.load(run)).state.kind }
}

describe('a request that does not come from Slack', () => {
  it('is refused when its signature is wrong, and starts nothing', async () => {
    const { bot, body, onDisk } = await withRequest()
    const answer = await bot.slack.sendRaw({ body, signature: `v0=${'0'.repeat(64)}` })
    expect(answer).toMatchObject({ status: 401, body: '' })
    expect(await onDisk()).toEqual([])
  })

  it('is refused when it is older than five minutes', async () => {
    const { bot, body, onDisk } = await withRequest()
    expect(await bot.slack.sendRaw({ body, timestamp: timestampIn(-310) })).toMatchObject({
      status: 401,
    })
    expect(await onDisk()).toEqual([])
  })

  it('starts nothing when it claims to come from the future', async () => {
    const { bot, body, onDisk } = await withRequest()
    const answer = await bot.slack.sendRaw({ body, timestamp: timestampIn(3_600) })
    expect(answer.body).not.toContain('Taken')
    expect(await onDisk()).toEqual([])
  })

  it('is taken when clocks differ by a few minutes only', async () => {
    const { bot, body, onDisk } = await withRequest()
    for (const seconds of [-240, 240]) {
      const other = body.replace('myk8s', `k${seconds}`).replace('another', `at${seconds}`)
      expect(
        await bot.slack.sendRaw({ body: other, timestamp: timestampIn(seconds) }),
      ).toMatchObject({
        status: 200,
      })
    }
    expect(await onDisk()).toHaveLength(2)
  })

  it('of more than 256 KiB is refused unread', async () => {
    const { bot, body, onDisk } = await withRequest()
    const answer = await bot.slack.sendRaw({ body: `${body}&padding=${'x'.repeat(300_000)}` })
    expect(answer.status).toBe(413)
    expect(await onDisk()).toEqual([])
  })

  it.each([
    ['application/json', '{"type":'],
    ['application/x-www-form-urlencoded', 'payload=%7Bnot-json'],
    ['text/plain', '\u0000\u0001'],
  ])('and says nothing in %s (%j) leaves the bot as it was', async (contentType, body) => {
    const { bot } = await withRequest()
    const answer = await bot.slack.sendRaw({ body, contentType })
    expect(answer.status).toBeGreaterThanOrEqual(400)
    expect((await bot.slack.say('oncall', '/rancher help')).status).toBe(200)
  })
})

describe('the same request a second time', () => {
  it('makes no second run, and says that it was taken', async () => {
    const bot = await openBot()
    const run = await bot.ask()
    const request = bot.slack.lastRequest()
    if (!request) throw new Error('no request was sent')
    const again = await bot.slack.replay(request)
    expect(again.body).toContain('This request was already taken')
    expect(await bot.runs.recent(10)).toEqual([run])
  })

  it('starts nothing when the run of the first is over', async () => {
    const bot = await openBot()
    const run = await bot.ask()
    const request = bot.slack.lastRequest()
    if (!request) throw new Error('no request was sent')
    await bot.operations.cancel(run.id, bot.personOf('oncall'))
    expect((await bot.slack.replay(request)).body).toContain('This request was already taken')
    expect(await bot.runs.recent(10)).toHaveLength(1)
  })
})

describe('somebody who is not listed', () => {
  it.each(['reagent myk8s', 'diagnose myk8s', 'clusters', 'status', 'runs'])(
    'gets no further than a refusal with /rancher %s, and nothing is kept',
    async (typed) => {
      const bot = await openBot()
      const said = await bot.slack.say('stranger', `/rancher ${typed}`)
      expect(said.message?.text).toContain('You may not ask for a recovery here')
      expect(said.message?.text).toContain(`Ask one of <@${bot.slack.person('oncall').id}>`)
      const id = bot.slack.person('stranger').id
      expect(said.message?.text).toContain(`your id ${id} listed under policy.request`)
      expect(await bot.keysOnDisk()).toEqual([])
    },
  )

  it('cannot cancel, approve or read a run by its buttons', async () => {
    const { bot, state } = await withClick()
    for (const action_id of ['cancel', 'whole-plan', 'timeline', 'reject']) {
      const body = clickWith(bot.slack, { action_id }, [
        [bot.slack.person('lead').id, bot.slack.person('stranger').id],
      ])
      await bot.slack.sendRaw({ body })
    }
    await bot.slack.waitFor(() => bot.slack.ephemerals('stranger').length === 4, 3_000)
    expect(bot.slack.modal('stranger')).toBeUndefined()
    expect(await state()).toBe('planned')
  })

  it('of another workspace is refused, even with the id of a person who may', async () => {
    const { bot, body, onDisk } = await withRequest()
    const other = new URLSearchParams(body)
    other.set('team_id', 'T0OTHER')
    const answer = await bot.slack.sendRaw({ body: other.toString() })
    expect(answer.body).toContain('You may not ask for a recovery here')
    expect(await onDisk()).toEqual([])
  })

  it('of another workspace decides nothing with a button', async () => {
    const { bot, state } = await withClick()
    const teams = [[bot.slack.teamId, 'T0OTHER']] as const
    for (const action_id of ['approve', 'cancel']) {
      await bot.slack.sendRaw({ body: clickWith(bot.slack, { action_id }, teams) })
    }
    expect(await state()).toBe('planned')
  })
})

describe('a button that is not on any card', () => {
  it('is answered with where to look', async () => {
    const { bot } = await withClick()
    await bot.slack.sendRaw({ body: clickWith(bot.slack, { action_id: 'self-destruct' }) })
    const note = await bot.noteSaying('This button is from an older version of Reagent', 'lead')
    expect(note.text).toContain('/rancher runs')
  })

  it.each([
    ['', 'There is no run ""'],
    ['r-none 00', 'There is no run "r-none"'],
    ['<!channel>', 'There is no run "<!channel>"'],
  ])('approves nothing with the value %j', async (value, words) => {
    const { bot, state } = await withClick()
    await bot.slack.sendRaw({ body: clickWith(bot.slack, { action_id: 'approve', value }) })
    const note = await bot.noteSaying(words, 'lead')
    expect([note.text, ...interpreted(note.blocks)].join('\n')).not.toContain('<!')
    expect(await state()).toBe('planned')
  })

  it('does not approve another plan than the one that waits', async () => {
    const { bot, run, state } = await withClick()
    const value = `${run.id} ${secondPlan.digest}`
    await bot.slack.sendRaw({ body: clickWith(bot.slack, { action_id: 'approve', value }) })
    await bot.noteSaying('The plan has changed since this card was drawn', 'lead')
    expect(await state()).toBe('planned')
  })
})
