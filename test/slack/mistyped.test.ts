import { describe, expect, it } from 'vitest'
import { cardText } from '../../lab/slack/index.ts'
import { openBot } from './support/bot.ts'
import { interpreted } from './support/messages.ts'
import { toPlan } from './support/steps.ts'

/** What would be formatted, or notify people, if it were not escaped or inside a code span. */
const HOSTILE = '*b* <!channel> <@U0LEAD01> `x` _i_ ~s~ &amp; https://evil.example'

describe('a command that was mistyped', () => {
  it.each([
    ['/rancher reagnt myk8s', 'There is no command "reagnt". Did you mean /rancher reagent?'],
    ['/rancher STATSU', 'Did you mean /rancher status?'],
    ['/rancher myk8s', 'To bring a cluster of that name back: /rancher reagent myk8s'],
    ['/rancher make it work', 'See /rancher help.'],
    ['/rancher reagent', 'Say which cluster: /rancher reagent CLUSTER'],
    ['/rancher reagent ""', 'Say which cluster'],
    ['/rancher reagent "  "', 'Say which cluster'],
    ['/rancher diagnose one two', 'One cluster at a time'],
    ['/rancher reagent "my cluster', 'A quotation mark is not closed'],
    ['/rancher reagent bob’s', 'A quotation mark is not closed'],
    ['/rancher reagent my\u200bk8s', 'characters that cannot be seen'],
    ['/rancher reagent my\u0007k8s', 'characters that cannot be seen'],
    ['/rancher reagent \u202eshell', 'characters that cannot be seen'],
    [`/rancher reagent ${'x'.repeat(4096)}`, 'That is too long'],
    [`/rancher reagent ${'x'.repeat(300)}`, 'No cluster has a name that long'],
    ['/rancher cancel', 'Say which run'],
    ['/rancher cancel r-1 r-2', 'Say which run'],
    ['/rancher cancel <!channel>', 'Say which run'],
    ['/rancher cancel r-99', 'There is no run "r-99"'],
    ['/rancher runs all', '"runs" takes nothing after it'],
    ['/rancher <!channel>', 'There is no command "&lt;!channel&gt;"'],
    ['/rancher *bold*', 'There is no command "∗bold∗"'],
  ])('(%j) starts nothing and gets an answer that says what to do', async (typed, words) => {
    const bot = await openBot()
    const said = await bot.slack.say('oncall', typed)
    expect(said.status).toBe(200)
    expect(said.message?.text).toContain(words)
    expect(said.message?.text).not.toContain('<!')
    expect(await bot.runs.recent(10)).toEqual([])
  })
})

describe('the name of a cluster', () => {
  it.each([
    ['"my cluster"', 'my cluster'],
    ["'my cluster'", 'my cluster'],
    ['“my cluster”', 'my cluster'],
    ['„my cluster“', 'my cluster'],
    ['«my cluster»', 'my cluster'],
    ['‘my cluster’', 'my cluster'],
    ['\u00a0myk8s', 'myk8s'],
    ['my–k8s', 'my-k8s'],
    ['\nmyk8s', 'myk8s'],
    ['\'the "big" one\'', 'the "big" one'],
    ['&lt;b&gt;&amp;', '<b>&'],
    ['größe-東京', 'größe-東京'],
  ])('may be typed as people’s clients send it (%j)', async (typed, name) => {
    const bot = await openBot()
    const said = await bot.slack.say('oncall', `/rancher reagent ${typed}`)
    expect(said.message?.text).toContain('Taken: run')
    expect((await bot.runs.recent(1))[0]?.cluster).toBe(name)
  })

  it('is taken after a command in capitals and with odd spaces', async () => {
    const bot = await openBot()
    await bot.slack.say('oncall', '/rancher   Reagent    myk8s ')
    expect((await bot.runs.recent(1))[0]?.cluster).toBe('myk8s')
  })

  it('is shown, never interpreted: not in answers, not on the card, not in notifications', async () => {
    const bot = await openBot()
    const typed = `/rancher reagent "${HOSTILE}"`
    const taken = await bot.slack.say('oncall', typed)
    const joined = await bot.slack.say('lead', typed)
    const [run] = await bot.runs.recent(1)
    if (!run) throw new Error('no run was taken')
    await bot.bring(run, ...toPlan())
    const card = await bot.cardSaying('needs an approval')
    await bot.slack.click('oncall', { actionId: 'cancel' })
    const over = await bot.cardSaying('cancelled by')
    await bot.slack.clickOld('lead', card, 'approve')
    const note = await bot.noteSaying('That was decided already', 'lead')
    const list = await bot.slack.say('lead', '/rancher runs')

    const messages = [taken.message, joined.message, card, over, note, list.message]
    for (const message of messages) {
      if (!message) throw new Error('somebody was told nothing')
      expect(message.text).toContain('!channel')
      expect(cardText(message)).toContain('!channel')
      for (const text of [message.text, ...interpreted(message.blocks)]) {
        const formatted = text.replace(/`[^`]*`/g, '')
        expect(text).not.toContain('<!channel')
        expect(formatted).not.toMatch(/\*b\*|_i_|~s~|`/)
        expect(formatted).not.toContain('<@U0LEAD01> ˋxˋ')
      }
    }
  })

  it('may not look like a mention either, when Rancher does not know it', async () => {
    const bot = await openBot()
    await bot.producer.answer({
      answer: {
        kind: 'failure',
        message: `Rancher knows no cluster named "${bot.slack.teamId}/${bot.slack.person('lead').id}".`,
        nextStep: 'See `/rancher clusters` for all names.',
      },
      asked: {
        by: bot.personOf('oncall'),
        conversation: {
          teamId: bot.slack.teamId,
          channelId: bot.slack.channelId('incident-prod'),
        },
      },
    })
    expect((await bot.noteSaying('knows no cluster', 'oncall')).text).not.toContain('<@')
  })
})
