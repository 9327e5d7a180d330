import { describe, expect, it } from 'vitest'
import { cardText } from '../../lab/slack/index.ts'
import type { Answer } from '../../src/queue/index.ts'
import { openBot } from './support/bot.ts'
import { diagnosisWith, longTexts, planWith } from './support/every-state.ts'
import { interpreted } from './support/messages.ts'

const FILLERS = ['x', '&', '👧', '<!channel> `*_']

async function withLongPlan(filler: string) {
  const bot = await openBot()
  const texts = longTexts(filler)
  const name = filler.replaceAll('`', '').repeat(100).slice(0, 250).trim()
  const run = await bot.ask(`"${name}"`)
  const expiresAt = new Date(Date.now() + 60_000).toISOString()
  await bot.bring(
    run,
    { type: 'begin-diagnosis' },
    { type: 'record-diagnosis', diagnosis: diagnosisWith(texts) },
    { type: 'propose', plan: planWith(texts), expiresAt },
  )
  await bot.cardSaying('[Approve]')
  return bot
}

function listOf(count: number, text: string): Answer {
  return {
    kind: 'clusters',
    clusters: Array.from({ length: count }, (_, index) => ({
      id: `c-${index}`,
      name: `${index}${text}`,
      state: 'unavailable',
      message: text,
      since: new Date().toISOString(),
      openRun: null,
    })),
  }
}

describe.each(FILLERS)('with values as long as can be (made of %j)', (filler) => {
  it('the window with the whole plan opens, and calls nobody', async () => {
    const bot = await withLongPlan(filler)
    await bot.slack.click('lead', { actionId: 'whole-plan' })
    const window = await bot.slack.waitFor(() => bot.slack.modal('lead'), 3_000)
    expect(interpreted(window.blocks).join('\n')).not.toContain('<!')
  })

  it('the window for the reason opens, and a long reason is taken', async () => {
    const bot = await withLongPlan(filler)
    await bot.slack.click('lead', { actionId: 'reject' })
    await bot.slack.waitFor(() => bot.slack.modal('lead'), 3_000)
    const sent = await bot.slack.submit('lead', { reason: filler.repeat(300).slice(0, 290) })
    expect(sent.errors).toEqual({})
    const card = await bot.cardSaying('rejected by')
    await bot.slack.click('lead', { actionId: 'timeline', ts: card.ts })
    await bot.slack.waitFor(() => bot.slack.modal('lead')?.title === 'Timeline', 3_000)
  })

  it('the list of clusters comes, its rest counted', async () => {
    const bot = await openBot()
    const teamId = bot.slack.teamId
    const channelId = bot.slack.channelId('incident-prod')
    await bot.producer.answer({
      answer: listOf(60, filler.repeat(200)),
      asked: { by: bot.personOf('oncall'), conversation: { teamId, channelId } },
    })
    const list = cardText(await bot.noteSaying('Rancher sees 60 clusters', 'oncall'))
    expect(list.match(/\[Diagnose\]/g)).toHaveLength(20)
    expect(list).toContain('and 40 more. Ask for one')
  })
})
