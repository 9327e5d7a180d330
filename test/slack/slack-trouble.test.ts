import { describe, expect, it, vi } from 'vitest'
import { cardText } from '../../lab/slack/index.ts'
import { openBot, PATIENCE_MS } from './support/bot.ts'
import { callsOf, deleteMessage } from './support/messages.ts'
import { firstPlan, toDiagnosis, toPlan, toRecovered, toVerifying } from './support/steps.ts'

describe('when Slack asks to wait', () => {
  it('a card is posted after that time, and shows the newest state only', async () => {
    const bot = await openBot()
    bot.slack.rateLimit('chat.postMessage', { retryAfterSeconds: 1 })
    const run = await bot.ask()
    await bot.bring(run, { type: 'begin-diagnosis' })
    await vi.waitFor(() => expect(callsOf(bot.slack, 'chat.postMessage')).toBe(1))
    await bot.bring(run, ...toPlan().slice(1))
    const card = await bot.cardSaying('needs an approval')
    expect(card.edits).toBe(0)
    expect(callsOf(bot.slack, 'chat.postMessage')).toBe(2)
  })

  it('a card is edited once after that time, however much happened', async () => {
    const bot = await openBot()
    const run = await bot.ask()
    await bot.bring(run, { type: 'begin-diagnosis' })
    const card = await bot.cardSaying('is being looked at')
    bot.slack.rateLimit('chat.update', { retryAfterSeconds: 1 })
    await bot.bring(run, ...toPlan().slice(1))
    await bot.operations.approve(run.id, firstPlan.digest, bot.personOf('lead'))
    await bot.bring(run, ...toVerifying, toRecovered())
    const last = await bot.cardSaying('is back')
    expect(last).toMatchObject({ ts: card.ts, edits: card.edits + 1 })
  })

  it('an answer for one person only comes after that time, too', async () => {
    const bot = await openBot()
    bot.slack.rateLimit('chat.postEphemeral', { retryAfterSeconds: 1 })
    const { teamId } = bot.slack
    const conversation = { teamId, channelId: bot.slack.channelId('incident-prod') }
    const asked = { by: bot.personOf('oncall'), conversation }
    await bot.producer.answer({ answer: { kind: 'clusters', clusters: [] }, asked })
    await bot.noteSaying('Rancher shows no cluster', 'oncall')
  })

  it('a refused click is answered at once all the same', async () => {
    const bot = await openBot()
    const run = await bot.ask()
    await bot.bring(run, ...toPlan())
    await bot.cardSaying('needs an approval')
    bot.slack.rateLimit('chat.postEphemeral', { retryAfterSeconds: 30 })
    await bot.slack.click('oncall', { actionId: 'approve' })
    await bot.noteSaying('You may not approve this', 'oncall')
    expect(bot.slack.messages()).toHaveLength(1)
  })

  it('the cards of other runs do not wait', async () => {
    const bot = await openBot()
    bot.slack.rateLimit('chat.postMessage', { retryAfterSeconds: 30 })
    const [held, free] = [await bot.ask('held'), await bot.ask('free')]
    await bot.bring(held, ...toDiagnosis)
    await vi.waitFor(() => expect(callsOf(bot.slack, 'chat.postMessage')).toBe(1))
    await bot.bring(free, ...toDiagnosis)
    await bot.cardSaying('🔎 free ')
    expect(bot.slack.messages()).toHaveLength(1)
  })
})

describe('when Slack has trouble', () => {
  it('a card that was deleted is posted anew, and edited there', async () => {
    const bot = await openBot()
    const run = await bot.ask()
    await bot.bring(run, { type: 'begin-diagnosis' })
    const card = await bot.cardSaying('is being looked at')
    await deleteMessage(bot.slack, card)
    await bot.bring(run, ...toPlan().slice(1))
    const anew = await bot.cardSaying('needs an approval')
    expect(anew.ts).not.toBe(card.ts)
    await bot.operations.cancel(run.id, bot.personOf('oncall'))
    expect((await bot.cardSaying('cancelled by')).ts).toBe(anew.ts)
    expect(bot.slack.messages()).toHaveLength(1)
  })

  it('a card that another version drew in a way that cannot be edited is posted anew', async () => {
    const bot = await openBot()
    const run = await bot.ask()
    await bot.bring(run, { type: 'begin-diagnosis' })
    const card = await bot.cardSaying('is being looked at')
    bot.slack.fail('chat.update', 'block_mismatch', { times: 1 })
    await bot.bring(run, ...toPlan().slice(1))
    expect((await bot.cardSaying('needs an approval')).ts).not.toBe(card.ts)
  })

  it('a channel without the bot gets no card: the run goes on, and whoever asked is told once', async () => {
    const bot = await openBot({ slack: { channels: [{ name: 'quiet', hasBot: false }] } })
    const said = await bot.slack.say('oncall', '/rancher reagent myk8s', 'quiet')
    expect(said.message?.text).toContain('Taken: run')
    const [run] = await bot.runs.recent(1)
    if (!run) throw new Error('no run was taken')
    await bot.bring(run, ...toPlan())
    await bot.operations.approve(run.id, firstPlan.digest, bot.personOf('lead'))
    await bot.bring(run, ...toVerifying, toRecovered())
    expect((await bot.load(run)).state.kind).toBe('recovered')
    expect(bot.slack.messages('quiet')).toEqual([])
    const direct = bot.slack.directMessages('oncall')
    expect(direct.map(cardText)).toEqual([
      expect.stringMatching(
        new RegExp(`${run.id} for .myk8s. could not be posted in <#C.*invite`, 's'),
      ),
    ])
    const list = await bot.slack.say('oncall', '/rancher runs', 'quiet')
    expect(list.message?.text).toContain('is back')
  })

  it('of its own, the last state still comes to the card', async () => {
    const bot = await openBot()
    const run = await bot.ask()
    await bot.bring(run, ...toPlan())
    const card = await bot.cardSaying('needs an approval')
    bot.slack.fail('chat.update', 'internal_error', { times: 1 })
    await bot.operations.cancel(run.id, bot.personOf('oncall'))
    expect((await bot.cardSaying('cancelled by')).ts).toBe(card.ts)
  })

  it('and cannot be reached, the card comes when it is back', async () => {
    const bot = await openBot()
    const run = await bot.ask()
    await bot.slack.goDown()
    await bot.bring(run, ...toPlan())
    await bot.slack.comeBack()
    expect((await bot.cardSaying('needs an approval')).edits).toBe(0)
  })

  it('and does not say that it took a card, the run goes on with one that is kept up to date', async () => {
    const bot = await openBot()
    const run = await bot.ask()
    bot.slack.loseAnswer('chat.postMessage')
    await bot.bring(run, ...toPlan())
    const [unknown] = await bot.slack.waitFor(
      () => bot.slack.messages().length === 2 && bot.slack.messages(),
      PATIENCE_MS,
    )
    if (!unknown) throw new Error('no card was posted')
    await bot.operations.cancel(run.id, bot.personOf('oncall'))
    const current = await bot.cardSaying('cancelled by')
    expect(current.ts).not.toBe(unknown.ts)

    await bot.slack.click('oncall', { actionId: 'cancel', ts: unknown.ts })
    const note = await bot.noteSaying('That was decided already', 'oncall')
    expect(note.text).toContain('cancelled by')
  })
})
