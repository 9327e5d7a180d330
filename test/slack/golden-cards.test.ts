import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { checkView, refuseBlocks } from '../../lab/slack/index.ts'
import {
  planWindow,
  rejectWindow,
  renderAnswer,
  renderCard,
  renderHelp,
  renderRuns,
  timelineWindow,
} from '../../src/slack/index.ts'
import { cardRuns } from './support/card-runs.ts'
import { goldenIn, named, readable } from './support/golden.ts'

const names = { U1: 'oncall', U2: 'lead', U3: 'deputy' }
const context = {
  approvers: ['T1/U2', 'T1/U3'],
  proof: { stableForMs: 60_000, giveUpAfterMs: 600_000 },
}
const { planned, recovered, 'half-applied': halfApplied, ...others } = cardRuns

const cards = Object.entries(cardRuns).map(([name, run]) => ({
  name,
  said: renderCard(run, context),
}))
const answers = [
  { name: 'help-for-an-approver', said: renderHelp({ request: true, approve: true }) },
  { name: 'help-for-a-requester', said: renderHelp({ request: true, approve: false }) },
  { name: 'help-for-a-stranger', said: renderHelp({ request: false, approve: false }) },
  { name: 'runs', said: renderRuns([planned, recovered, halfApplied, ...Object.values(others)]) },
  {
    name: 'clusters',
    said: renderAnswer({
      kind: 'clusters',
      clusters: [
        {
          id: 'c-sxlbv',
          name: 'myk8s',
          state: 'unavailable',
          message: 'Cluster agent is not connected',
          since: '2026-11-22T01:57:03.000Z',
          openRun: 'r-7kq2m9xd',
        },
        { id: 'c-8xk2p', name: 'other', state: 'active', message: '', since: null, openRun: null },
      ],
    }),
  },
  {
    name: 'unknown-cluster',
    said: renderAnswer({
      kind: 'failure',
      message: 'Rancher knows no cluster named "myk9s".',
      nextStep: 'Did you mean myk8s? Ask again with the right name; `/rancher clusters` shows all.',
    }),
  },
]
const windows = [
  { name: 'whole-plan', view: planWindow(planned) },
  { name: 'whole-plan-push', view: planWindow(cardRuns['planned-push']) },
  { name: 'timeline-recovered', view: timelineWindow(recovered) },
  { name: 'timeline-half-applied', view: timelineWindow(halfApplied) },
  { name: 'reject', view: rejectWindow(planned) },
]

describe.each([
  { folder: 'cards', what: 'the card of a run that is', cases: cards },
  { folder: 'answers', what: 'the answer', cases: answers },
])('$what', ({ folder, cases }) => {
  const golden = goldenIn(join(import.meta.dirname, folder))

  it.each(cases)('$name looks as agreed, block by block', ({ name, said }) => {
    const json = `${JSON.stringify(said, null, 2)}\n`
    expect(json).toBe(golden.expected(`${name}.json`, json))
  })

  it.each(cases)('$name reads as agreed, in the channel and in a notification', (one) => {
    const text = `${readable(one.said.blocks, names)}\n\nNotification: ${named(one.said.text, names)}\n`
    expect(text).toBe(golden.expected(`${one.name}.txt`, text))
  })

  it.each(cases)('$name is taken by Slack', ({ said }) => {
    expect(refuseBlocks(said.blocks)).toBeNull()
    expect(said.text.length).toBeLessThan(4_000)
  })

  it('has no file left over', () => {
    const files = cases.flatMap(({ name }) => [`${name}.json`, `${name}.txt`])
    expect(golden.files()).toEqual(files.toSorted())
  })
})

describe('the window', () => {
  const golden = goldenIn(join(import.meta.dirname, 'windows'))

  it.each(windows)('$name looks as agreed, block by block', ({ name, view }) => {
    const json = `${JSON.stringify(view, null, 2)}\n`
    expect(json).toBe(golden.expected(`${name}.json`, json))
  })

  it.each(windows)('$name reads as agreed', ({ name, view }) => {
    const text = `${view.title.text}\n\n${readable(view.blocks, names)}\n`
    expect(text).toBe(golden.expected(`${name}.txt`, text))
  })

  it.each(windows)('$name is taken by Slack', ({ view }) => {
    expect(checkView(view)).toMatchObject({ ok: true })
  })

  it('has no file left over', () => {
    const files = windows.flatMap(({ name }) => [`${name}.json`, `${name}.txt`])
    expect(golden.files()).toEqual(files.toSorted())
  })
})

describe('every card', () => {
  it.each(cards)(
    '$name leads with one thing to press at most, and asks before it changes or ends anything',
    ({ said }) => {
      const buttons = said.blocks.flatMap((block) =>
        block.type === 'actions' ? block.elements : [],
      )
      const styled = buttons.filter((button) => 'style' in button && button.style !== undefined)
      expect(
        styled.filter((button) => 'style' in button && button.style === 'primary').length,
      ).toBeLessThan(2)
      expect(styled.every((button) => 'confirm' in button && button.confirm !== undefined)).toBe(
        true,
      )
      for (const button of buttons) {
        expect(button).toHaveProperty('accessibility_label', expect.stringContaining('r-7kq2m9xd'))
      }
    },
  )

  it.each(cards)(
    '$name says what to do, and notifies in full sentences without marks',
    ({ said }) => {
      expect(readable(said.blocks, names)).toContain('What to do: ')
      expect(said.text).toMatch(/^\S+ (?:is|was|has|may|could) .*[.…]$/)
      expect(said.text).not.toMatch(/[*_`~]|<[!@#]/)
    },
  )
})
