import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { checkView, refuseBlocks } from '../../lab/slack/index.ts'
import { explain } from '../../src/diagnosis/index.ts'
import { Failure } from '../../src/recovery/index.ts'
import {
  planWindow,
  rejectWindow,
  renderAnswer,
  renderCard,
  renderExplained,
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
const BAD_CERTIFICATE =
  'http: TLS handshake error from 192.168.51.201:56744: remote error: tls: bad certificate'
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
  {
    name: 'explained',
    said: renderExplained({ explanation: explain(BAD_CERTIFICATE), lookup: 'asked' }),
  },
  {
    name: 'explained-with-a-token',
    said: renderExplained({
      explanation: explain(
        `INFO: https://rancher.example.com/ping is accessible\ntime="2026-11-22T21:40:38Z" level=info msg="Connecting to wss://rancher.example.com/v3/connect with token ${'zzb4'.repeat(14).slice(0, 54)}"\ntime="2026-11-22T21:40:38Z" level=error msg="Failed to connect to proxy" error="websocket: bad handshake"`,
      ),
      lookup: 'none',
    }),
  },
  {
    name: 'explained-unknown-line',
    said: renderExplained({
      explanation: explain('E1122 21:39:09.6474 245 frob.go:109] frobnicator 10.0.0.7 exploded'),
      lookup: new Failure('store.unavailable'),
    }),
  },
  {
    name: 'owners',
    said: renderAnswer({
      kind: 'owners',
      found: {
        owners: [
          {
            trace: '192.168.51.201',
            cluster: { id: 'c-sxlbv', name: 'myk8s', state: 'unavailable', internal: false },
            as: { kind: 'node', name: 'w1' },
          },
          {
            trace: '192.168.51.201',
            cluster: { id: 'c-8xk2p', name: 'other', state: 'active', internal: false },
            as: { kind: 'api-server' },
          },
          {
            trace: '192.168.51.9',
            cluster: { id: 'local', name: 'local', state: 'active', internal: true },
            as: { kind: 'node', name: 'l1' },
          },
        ],
        unknown: [],
        ownMachine: ['127.0.0.1'],
        unseen: ['No connection to the API server at https://10.0.0.11:6443: connection refused'],
      },
    }),
  },
  {
    name: 'owners-unknown',
    said: renderAnswer({
      kind: 'owners',
      found: { owners: [], unknown: ['203.0.113.9', 'c-zzzzz'], ownMachine: [], unseen: [] },
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
