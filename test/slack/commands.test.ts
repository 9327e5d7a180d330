import { describe, expect, it } from 'vitest'
import { cardText } from '../../lab/slack/index.ts'
import type { ClusterLine } from '../../src/queue/index.ts'
import { MODES, openBot } from './support/bot.ts'
import {
  firstPlan,
  toAnotherPlan,
  toDiagnosis,
  toPlan,
  toRecovered,
  toVerifying,
} from './support/steps.ts'
import { answerLooks } from './support/worker.ts'

function cluster(name: string, state: string): ClusterLine {
  return { id: `c-${name}`, name, state, message: '', since: null, openRun: null }
}

describe.each(MODES)('a run asked for in Slack (%s)', (mode) => {
  it('is acknowledged with its id, and on disk by then', async () => {
    const bot = await openBot({ mode })
    const said = await bot.slack.say('oncall', '/rancher reagent myk8s')
    const [run] = await bot.runs.recent(10)
    expect(run).toMatchObject({ cluster: 'myk8s', goal: 'reconnect', state: { kind: 'requested' } })
    expect(run?.requestedBy).toEqual(bot.personOf('oncall'))
    expect(said).toMatchObject({ status: 200 })
    expect(said.message?.text).toBe(
      `Taken: run ${run?.id} for \`myk8s\`. The card follows in this channel.`,
    )
    expect(said.message?.onlyFor).toBe(bot.slack.person('oncall').id)
  })

  it('has one card, which is edited in place from the first look to the proof', async () => {
    const bot = await openBot({ mode })
    const run = await bot.ask('myk8s')
    await bot.bring(run, { type: 'begin-diagnosis' })
    const first = await bot.cardSaying('is being looked at')
    await bot.bring(run, ...toPlan().slice(1))
    const waiting = await bot.cardSaying('needs an approval')
    expect(cardText(waiting)).toContain('[Approve] [Reject] [Whole plan] [Cancel]')

    expect(await bot.slack.click('lead', { actionId: 'approve' })).toMatchObject({ status: 200 })
    await bot.cardSaying(`approved by <@${bot.slack.person('lead').id}>`)
    await bot.bring(run, ...toVerifying)
    await bot.cardSaying('waiting for the agents')
    await bot.bring(run, toRecovered())
    const last = await bot.cardSaying('is back')
    expect(cardText(last)).toContain('Proof: Rancher connected after the change and held for 1 min')
    expect(last.ts).toBe(first.ts)
    expect(last.edits).toBeGreaterThan(waiting.edits)
    expect(bot.slack.messages()).toHaveLength(1)
  })

  it('asks Rancher for the list of clusters, and its answer is seen by the person who asked only', async () => {
    const bot = await openBot({ mode })
    const said = await bot.slack.say('oncall', '/rancher clusters')
    expect(said.message?.text).toBe('Asking Rancher …')
    const clusters = [cluster('lost', 'unavailable'), cluster('fine', 'active')]
    const looks = answerLooks(bot, { kind: 'clusters', clusters })
    const list = await bot.noteSaying('Rancher sees 2 clusters, 1 of them not active', 'oncall')
    expect(cardText(list)).toContain('🔴 `lost` unavailable\n[Diagnose]')
    expect(looks).toMatchObject([{ question: { about: 'clusters' } }])
    expect(bot.slack.messages()).toEqual([])
    expect(bot.slack.ephemerals('lead')).toEqual([])
  })
})

describe('what can be typed after /rancher', () => {
  it('gives two clusters a card each', async () => {
    const bot = await openBot()
    const runs = [await bot.ask('myk8s'), await bot.ask('other')]
    for (const run of runs) await bot.bring(run, ...toDiagnosis)
    const [one, two] = [await bot.cardSaying('🔎 myk8s '), await bot.cardSaying('🔎 other ')]
    expect(one.ts).not.toBe(two.ts)
    expect(bot.slack.messages()).toHaveLength(2)
  })

  it('takes a second request for a cluster into the run that is open, and says whose it is', async () => {
    const bot = await openBot()
    const run = await bot.ask('myk8s')
    const said = await bot.slack.say('lead', '/rancher reagent myk8s')
    expect(said.message?.text).toContain(`<@${bot.slack.person('oncall').id}> has asked for`)
    expect(said.message?.text).toContain(`you are part of run ${run.id} now`)
    expect(await bot.runs.recent(10)).toHaveLength(1)
    const joined = `joined by <@${bot.slack.person('lead').id}>`
    expect(cardText(await bot.cardSaying(joined))).toContain(run.id)
  })

  it('makes one run of two requests at the same moment', async () => {
    const bot = await openBot()
    const both = await Promise.all(
      ['oncall', 'lead'].map((person) => bot.slack.say(person, '/rancher reagent myk8s')),
    )
    expect(both.filter(({ message }) => message?.text.includes('Taken: run'))).toHaveLength(1)
    expect(both.filter(({ message }) => message?.text.includes('you are part of'))).toHaveLength(1)
    expect(await bot.runs.recent(10)).toHaveLength(1)
  })

  it('looks without changing anything when asked to diagnose', async () => {
    const bot = await openBot()
    const said = await bot.slack.say('oncall', '/rancher diagnose myk8s')
    expect(said.message?.text).toMatch(/^Taken: run r-\d+ for `myk8s`/)
    expect(await bot.runs.recent(10)).toMatchObject([{ goal: 'diagnose', cluster: 'myk8s' }])
  })

  it('asks Rancher for one cluster or all of them with status', async () => {
    const bot = await openBot()
    const looks = answerLooks(bot, { kind: 'clusters', clusters: [cluster('myk8s', 'active')] })
    for (const command of ['/rancher status', '/rancher status myk8s']) {
      const said = await bot.slack.say('oncall', command)
      expect(said.message?.text).toBe('Asking Rancher …')
    }
    await bot.slack.waitFor(
      () => looks.length === 2 && bot.slack.ephemerals('oncall').length === 4,
      3_000,
    )
    expect(looks.map(({ question }) => question)).toEqual([
      { about: 'clusters' },
      { about: 'cluster', cluster: 'myk8s' },
    ])
  })

  it('passes on why Rancher could not be asked, and what to do', async () => {
    const bot = await openBot()
    await bot.slack.say('oncall', '/rancher status myk8z')
    answerLooks(bot, {
      kind: 'failure',
      message: 'Rancher knows no cluster named "myk8z".',
      nextStep: 'Did you mean myk8s?',
    })
    const note = await bot.noteSaying('knows no cluster', 'oncall')
    expect(note.text).toContain('Did you mean myk8s?')
  })

  it('starts a run with the Diagnose button of a listed cluster', async () => {
    const bot = await openBot()
    await bot.slack.say('oncall', '/rancher clusters')
    answerLooks(bot, { kind: 'clusters', clusters: [cluster('my cluster', 'unavailable')] })
    await bot.noteSaying('Rancher sees', 'oncall')
    await bot.slack.click('oncall', { actionId: 'diagnose' })
    const note = await bot.noteSaying('Taken: run', 'oncall')
    const [run] = await bot.runs.recent(10)
    expect(run).toMatchObject({ cluster: 'my cluster', goal: 'diagnose' })
    expect(note.text).toContain(`run ${run?.id}`)
    expect(run?.conversation?.channelId).toBe(bot.slack.channelId('incident-prod'))
  })

  it('lists the latest runs, newest first, each with where it stands', async () => {
    const bot = await openBot()
    expect((await bot.slack.say('oncall', '/rancher runs')).message?.text).toBe(
      'There are no runs yet.',
    )
    const old = await bot.ask('older')
    await bot.bring(old, ...toPlan())
    bot.passTime(60_000)
    await bot.ask('newer')
    const { message } = await bot.slack.say('lead', '/rancher runs')
    const lines = message ? cardText(message).split('\n') : []
    expect(lines).toHaveLength(2)
    expect(lines[0]).toContain('newer is queued')
    expect(lines[1]).toContain('needs an approval')
  })

  it('lists all of the latest fifteen runs, however long their lines are', async () => {
    const bot = await openBot()
    for (let number = 1; number <= 15; number += 1) {
      const run = await bot.ask(`a-cluster-of-the-team-in-building-${number}`)
      await bot.bring(run, ...toPlan())
    }
    const said = await bot.slack.say('lead', '/rancher runs')
    const list = said.message ? cardText(said.message) : ''
    for (let number = 1; number <= 15; number += 1) {
      expect(list).toContain(`building-${number} `)
    }
    expect(list.match(/<!date/g)?.length).toBe(list.match(/UTC>/g)?.length)
  })

  it('cancels a run for the person who asked, also while its plan waits', async () => {
    const bot = await openBot()
    const run = await bot.ask()
    await bot.bring(run, ...toPlan())
    const said = await bot.slack.say('oncall', `/rancher cancel ${run.id}`)
    expect(said.message?.text).toBe(`Run ${run.id} is cancelled. Nothing was written.`)
    expect((await bot.load(run)).state.kind).toBe('cancelled')
    const card = cardText(await bot.cardSaying('cancelled by'))
    expect(card).not.toContain('[Approve]')
    expect(card).toContain('[Timeline]')
  })

  it('does not cancel what is being written already, and says so', async () => {
    const bot = await openBot()
    const run = await bot.ask()
    await bot.bring(run, ...toPlan())
    await bot.operations.approve(run.id, firstPlan.digest, bot.personOf('lead'))
    await bot.bring(run, ...toVerifying)
    const said = await bot.slack.say('oncall', `/rancher cancel ${run.id}`)
    expect(said.message?.text).toContain('already being applied')
    expect((await bot.load(run)).state.kind).toBe('verifying')
  })

  it.each([
    ['oncall', 'You may ask here; somebody else approves.'],
    ['lead', 'You may ask here, and approve what somebody else asked for.'],
    ['stranger', 'You may neither ask nor approve here'],
  ])('tells %s with help what this person may do', async (person, words) => {
    const bot = await openBot()
    const said = await bot.slack.say(person, '/rancher help')
    expect(said.message?.text).toContain(words)
    expect(said.message?.text).toContain('/rancher reagent CLUSTER')
    expect((await bot.slack.say(person, '/rancher')).message?.text).toBe(said.message?.text)
  })

  it('shows the plan that took the place of another, and why', async () => {
    const bot = await openBot()
    const run = await bot.ask()
    await bot.bring(run, ...toPlan())
    await bot.bring(run, toAnotherPlan())
    const card = cardText(await bot.cardSaying('the plan before this one no longer held'))
    expect(card).toContain('Rancher’s certificate authority changed')
    expect(card).toContain('second')
  })
})
