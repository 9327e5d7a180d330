import { describe, expect, it } from 'vitest'
import { cardText } from '../../lab/slack/index.ts'
import { type BotOptions, MODES, openBot } from './support/bot.ts'
import { firstPlan, secondPlan, toAnotherPlan, toPlan } from './support/steps.ts'

async function withPlan(options: BotOptions = {}) {
  const bot = await openBot(options)
  const run = await bot.ask()
  await bot.bring(run, ...toPlan())
  const card = await bot.cardSaying('needs an approval')
  return { bot, run, card, state: async () => (await bot.load(run)).state }
}

describe.each(MODES)('a plan on the card (%s)', (mode) => {
  it('is approved by a listed person with one press, signed and on disk by then', async () => {
    const { bot, state } = await withPlan({ mode })
    expect(await bot.slack.click('lead', { actionId: 'approve' })).toMatchObject({ status: 200 })
    expect(await state()).toMatchObject({
      kind: 'approved',
      approval: { approval: { digest: firstPlan.digest, by: bot.personOf('lead') } },
    })
    const card = await bot.cardSaying('approved by')
    expect(cardText(card)).not.toContain('[Approve]')
    expect(bot.slack.ephemerals('lead')).toEqual([])
  })

  it('is rejected with a reason, which the card shows', async () => {
    const { bot, state } = await withPlan({ mode })
    await bot.slack.click('lead', { actionId: 'reject' })
    const window = await bot.slack.waitFor(() => bot.slack.modal('lead'), 3_000)
    expect(window.title).toBe('Reject the plan')
    expect(cardText({ text: '', blocks: window.blocks })).toContain('Why is the plan for myk8s')
    expect((await state()).kind).toBe('planned')

    const sent = await bot.slack.submit('lead', { reason: 'w2 is being replaced tonight' })
    expect(sent.errors).toEqual({})
    expect(await state()).toMatchObject({ kind: 'rejected', by: bot.personOf('lead') })
    const card = cardText(await bot.cardSaying('rejected by'))
    expect(card).toContain('Reason: w2 is being replaced tonight')
    expect(card).toContain('nothing was written')
  })
})

describe('the buttons of a card', () => {
  it('show the whole plan in a window, every object and field', async () => {
    const { bot } = await withPlan()
    await bot.slack.click('oncall', { actionId: 'whole-plan' })
    const window = await bot.slack.waitFor(() => bot.slack.modal('oncall'), 3_000)
    expect(window.title).toBe(`Plan ${firstPlan.digest.slice(0, 8)}`)
    const text = cardText({ text: '', blocks: window.blocks })
    expect(text).toContain('update Deployment cattle-cluster-agent')
    expect(text).toContain('spec.template old → first')
    expect(text).toContain(`Digest: ${firstPlan.digest}`)
  })

  it('show when what happened and by whom once a run is over', async () => {
    const { bot, run } = await withPlan()
    await bot.operations.cancel(run.id, bot.personOf('oncall'))
    await bot.cardSaying('cancelled by')
    await bot.slack.click('lead', { actionId: 'timeline' })
    const window = await bot.slack.waitFor(() => bot.slack.modal('lead'), 3_000)
    const lines = cardText({ text: '', blocks: window.blocks }).split('\n')
    const steps = lines.filter((line) => line.startsWith('• '))
    expect(steps.map((line) => line.replace(/^.* UTC · |, [^,]* later$/g, ''))).toEqual([
      `requested by <@${bot.slack.person('oncall').id}>`,
      'looking for the cause',
      'cause found',
      'plan shown',
      `cancelled by <@${bot.slack.person('oncall').id}>`,
    ])
  })

  it('cancel the run for the person who asked', async () => {
    const { bot, state } = await withPlan()
    await bot.slack.click('oncall', { actionId: 'cancel' })
    expect(await state()).toMatchObject({ kind: 'cancelled', by: bot.personOf('oncall') })
    await bot.cardSaying('cancelled by')
  })

  it('reject the plan for the person who asked, too', async () => {
    const { bot, state } = await withPlan()
    await bot.slack.click('oncall', { actionId: 'reject' })
    await bot.slack.waitFor(() => bot.slack.modal('oncall'), 3_000)
    await bot.slack.submit('oncall', { reason: 'wrong cluster' })
    expect((await state()).kind).toBe('rejected')
  })
})

describe('an approval', () => {
  it('is not taken from the person who asked, who is told who can give it', async () => {
    const { bot, state } = await withPlan({ approvers: ['oncall', 'lead'] })
    await bot.slack.click('oncall', { actionId: 'approve' })
    const note = await bot.noteSaying('somebody else must approve it', 'oncall')
    expect(note.text).toContain(`It needs one of <@${bot.slack.person('lead').id}>`)
    expect((await state()).kind).toBe('planned')
  })

  it('is not taken from somebody who is not listed, nor is a rejection or a cancelling', async () => {
    const { bot, state } = await withPlan({ requesters: ['oncall', 'deputy'], approvers: ['lead'] })
    await bot.slack.click('deputy', { actionId: 'approve' })
    await bot.noteSaying('You may not approve this', 'deputy')
    await bot.slack.click('deputy', { actionId: 'cancel' })
    await bot.noteSaying('You may not cancel this', 'deputy')
    await bot.slack.click('deputy', { actionId: 'reject' })
    await bot.slack.waitFor(() => bot.slack.modal('deputy'), 3_000)
    const sent = await bot.slack.submit('deputy', { reason: 'I want to' })
    expect(sent.errors.reason).toContain('You may not approve this')
    expect((await state()).kind).toBe('planned')
  })

  it('delivered twice decides once, and the second is told what became of the run', async () => {
    const { bot, run, state } = await withPlan()
    await bot.slack.click('lead', { actionId: 'approve' })
    const click = bot.slack.lastRequest()
    if (!click) throw new Error('no click was sent')
    const { version } = await bot.load(run)
    expect(await bot.slack.replay(click)).toMatchObject({ status: 200 })
    const note = await bot.noteSaying('That was decided already', 'lead')
    expect(note.text).toContain(`approved by <@${bot.slack.person('lead').id}>`)
    expect((await bot.load(run)).version).toBe(version)
    expect((await state()).kind).toBe('approved')
  })

  it('on the card of a run that is over says how it ended', async () => {
    const { bot, run, card } = await withPlan()
    await bot.operations.reject(run.id, bot.personOf('deputy'), 'no')
    for (const action of ['approve', 'cancel']) {
      await bot.slack.clickOld('lead', card, action)
    }
    await bot.slack.waitFor(() => bot.slack.ephemerals('lead').length === 2, 3_000)
    for (const { text } of bot.slack.ephemerals('lead')) {
      expect(text).toContain('That was decided already')
      expect(text).toContain(`rejected by <@${bot.slack.person('deputy').id}>`)
    }
  })

  it('of a plan that no longer holds is not taken for the new one, which still waits', async () => {
    const { bot, run, card, state } = await withPlan()
    await bot.bring(run, toAnotherPlan())
    await bot.slack.clickOld('lead', card, 'approve')
    const note = await bot.noteSaying('The plan has changed since this card was drawn', 'lead')
    expect(note.text).toContain('Read the current card')
    expect(note.text).not.toContain('decided already')
    expect(await state()).toMatchObject({ kind: 'planned', plan: { digest: secondPlan.digest } })

    await bot.cardSaying('no longer held')
    await bot.slack.click('lead', { actionId: 'approve' })
    expect((await state()).kind).toBe('approved')
  })

  it('that comes after the time for it is not taken', async () => {
    const { bot, state } = await withPlan()
    bot.passTime(16 * 60_000)
    await bot.slack.click('lead', { actionId: 'approve' })
    await bot.noteSaying('The time for approving this plan is over', 'lead')
    expect((await state()).kind).toBe('planned')
  })

  it('and a rejection at the same moment: one of them decides, the other person is told', async () => {
    const { bot, run, state } = await withPlan()
    await bot.slack.click('deputy', { actionId: 'reject' })
    await bot.slack.waitFor(() => bot.slack.modal('deputy'), 3_000)
    const [, rejection] = await Promise.all([
      bot.slack.click('lead', { actionId: 'approve' }),
      bot.slack.submit('deputy', { reason: 'not now' }),
    ])
    const decided = (await bot.load(run)).timeline.filter(({ what }) =>
      ['approved', 'rejected'].includes(what),
    )
    expect(decided).toHaveLength(1)
    if ((await state()).kind === 'approved') {
      expect(rejection.errors.reason).toContain('not waiting for a decision')
    } else {
      await bot.noteSaying('That was decided already', 'lead')
    }
  })

  it('of two approvers at the same moment counts once', async () => {
    const { bot, run, card } = await withPlan()
    await Promise.all([
      bot.slack.clickOld('lead', card, 'approve'),
      bot.slack.clickOld('deputy', card, 'approve'),
    ])
    const all = () => [...bot.slack.ephemerals('lead'), ...bot.slack.ephemerals('deputy')]
    await bot.slack.waitFor(() => all().length > 0, 3_000)
    expect(all().map(({ text }) => text.includes('That was decided already'))).toEqual([true])
    const approvals = (await bot.load(run)).timeline.filter(({ what }) => what === 'approved')
    expect(approvals).toHaveLength(1)
  })

  it('needs a reason when it is a rejection', async () => {
    const { bot, state } = await withPlan()
    await bot.slack.click('lead', { actionId: 'reject' })
    await bot.slack.waitFor(() => bot.slack.modal('lead'), 3_000)
    const sent = await bot.slack.submit('lead', { reason: '   ' })
    expect(sent.errors.reason).toContain('why')
    expect((await state()).kind).toBe('planned')
  })
})
