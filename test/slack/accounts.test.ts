import { describe, expect, it } from 'vitest'
import { type BotUnderTest, openBot } from './support/bot.ts'
import { toPlan } from './support/steps.ts'

async function withPlan(approvers: readonly string[] = ['lead']) {
  const bot = await openBot({ approvers })
  const run = await bot.ask()
  await bot.bring(run, ...toPlan())
  await bot.cardSaying('needs an approval')
  return { bot, state: async () => (await bot.load(run)).state.kind }
}

describe('somebody who is listed as an approver', () => {
  it.each([
    ['a guest', 'guest'],
    ['a partner of another workspace', 'partner'],
    ['a bot', 'robot'],
  ])('does not approve when the account is that of %s', async (_kind, person) => {
    const { bot, state } = await withPlan([person])
    await bot.slack.click(person, { actionId: 'approve' })
    const note = await bot.noteSaying('Guests, bots, outsiders and deactivated accounts', person)
    expect(note.text).toContain('Ask a full member of this workspace')
    expect(await state()).toBe('planned')
  })

  it('does not approve with an account that was deactivated', async () => {
    const { bot, state } = await withPlan(['leaver'])
    await bot.slack.click('leaver', { actionId: 'approve' })
    expect(await state()).toBe('planned')
  })

  it('does not approve any more once the account was made a guest’s', async () => {
    const { bot, state } = await withPlan()
    bot.slack.changePerson('lead', { isUltraRestricted: true })
    await bot.slack.click('lead', { actionId: 'approve' })
    await bot.noteSaying('Guests, bots, outsiders', 'lead')
    expect(await state()).toBe('planned')
  })
})

describe('an approval, while Slack does not say whose account it is', () => {
  it.each<[string, (bot: BotUnderTest) => void]>([
    ['answers late', ({ slack }) => slack.delay('users.info', 2_000)],
    ['asks to wait', ({ slack }) => slack.rateLimit('users.info', { retryAfterSeconds: 30 })],
    ['fails', ({ slack }) => slack.fail('users.info', 'internal_error', { times: 1 })],
    ['hangs up', ({ slack }) => slack.loseAnswer('users.info')],
  ])('is not taken when it %s; the next press is', async (_what, trouble) => {
    const { bot, state } = await withPlan()
    trouble(bot)
    const click = await bot.slack.click('lead', { actionId: 'approve' })
    expect(click.status).toBe(200)
    const note = await bot.noteSaying('Slack did not say in time', 'lead')
    expect(note.text).toContain('Press Approve again')
    expect(await state()).toBe('planned')

    bot.slack.delay('users.info', 0)
    await bot.slack.click('lead', { actionId: 'approve' })
    expect(await state()).toBe('approved')
  })
})
