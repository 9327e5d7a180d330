import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { cardText, type LabSlack, startSlack } from '../../lab/slack/index.ts'
import type { Run, RunStateKind } from '../../src/recovery/index.ts'
import { renderCard } from '../../src/slack/index.ts'
import { longTexts, ORDINARY, runsInEveryState, type Texts } from './support/every-state.ts'
import { callSlack, interpreted } from './support/messages.ts'

const context = {
  approvers: ['T1/U2', 'T1/U3', 'local/root'],
  proof: { stableForMs: 60_000, giveUpAfterMs: 600_000 },
}
const ordinary = runsInEveryState(ORDINARY)
const kinds = Object.keys(ordinary) as RunStateKind[]

let slack: LabSlack
beforeAll(async () => {
  slack = await startSlack()
})
afterAll(() => slack.close())

const post = (card: ReturnType<typeof renderCard>) =>
  callSlack(slack, 'chat.postMessage', { channel: 'incident-prod', ...card })

const textOf = (run: Run, approvers = context.approvers) => {
  const { text, blocks } = renderCard(run, { ...context, approvers })
  return cardText({ text, blocks: blocks.map((block) => ({ ...block })) })
}

const actionsOf = (blocks: ReturnType<typeof renderCard>['blocks']) =>
  blocks.flatMap((block) =>
    block.type === 'actions'
      ? block.elements.map((element) => ('action_id' in element ? element.action_id : null))
      : [],
  )

const NASTY = [
  '<!channel>',
  '<!here|x>',
  '<!subteam^S1>',
  '<@U0LEAD01>',
  '<https://evil.example|good>',
  '`*_~',
  '&<>',
  '\u202e\u200b',
  '\u0000\n\r\t',
  '👩‍👩‍👧',
  '"',
  '',
]
const nasty = fc
  .array(fc.oneof(fc.constantFrom(...NASTY), fc.string({ unit: 'binary', maxLength: 20 })), {
    maxLength: 8,
  })
  .map((parts) => parts.join(' '))
const hostile = fc.oneof(
  nasty,
  fc
    .tuple(fc.constantFrom(...NASTY), fc.integer({ min: 1, max: 3_000 }))
    .map(([part, times]) => part.repeat(times)),
)
const texts: fc.Arbitrary<Texts> = fc.record({
  cluster: hostile,
  reason: hostile,
  evidence: fc.array(hostile, { maxLength: 12 }),
  names: fc.array(hostile, { maxLength: 50 }),
  value: hostile,
})

describe('the card of a run', () => {
  it.each(kinds)('that is %s is taken by Slack and names cluster and run', async (kind) => {
    const card = renderCard(ordinary[kind], context)
    expect(await post(card)).toMatchObject({ ok: true })
    expect(textOf(ordinary[kind])).toContain('myk8s')
    expect(textOf(ordinary[kind])).toContain('r-1')
    expect(card.text).toContain('myk8s')
  })

  it.each(kinds)('that is %s offers what can be done then, and nothing else', (kind) => {
    const buttons = textOf(ordinary[kind]).match(/^\[.*\]$/m)?.[0] ?? ''
    const cancels = ['requested', 'diagnosing', 'diagnosed', 'superseded', 'planned', 'approved']
    const ends = ['no-action', 'rejected', 'expired', 'cancelled', 'recovered', 'not-recovered']
    const isOver = [...ends, 'half-applied', 'failed'].includes(kind)
    expect(buttons.includes('[Approve] [Reject]')).toBe(kind === 'planned')
    expect(buttons.includes('[Cancel]')).toBe(cancels.includes(kind))
    expect(buttons.includes('[Timeline]')).toBe(isOver)
  })

  it('says who may approve, and not the person who asked', () => {
    const text = textOf(ordinary.planned)
    expect(text).toContain(
      'needs one of <@U2>, <@U3>, root (terminal) to approve or reject, until ',
    )
    expect(text).toContain('<@U1> asked, so somebody else must approve')
    const nobody = textOf(ordinary.planned, [])
    expect(nobody).toContain('Nobody is listed who may approve this')
  })

  it('says what was written and what was not when it ended half way', () => {
    const text = textOf(ordinary['half-applied'])
    expect(text).toContain('only partly applied')
    expect(text).toContain('Written:\n• cattle-cluster-agent')
    expect(text).toContain('Not written:\n• Deployment cattle-system/cattle-cluster-agent')
    expect(text).toContain('What to do:')
  })

  it.each(kinds)(
    'that is %s is taken by Slack with everything in it at its longest',
    async (kind) => {
      for (const filler of ['x', '&', '👩‍👩‍👧', '<!channel> ']) {
        const card = renderCard(runsInEveryState(longTexts(filler))[kind], context)
        expect(await post(card)).toMatchObject({ ok: true })
      }
    },
  )

  it('is taken by Slack whatever people, Rancher and clusters say, and however long', async () => {
    await fc.assert(
      fc.asyncProperty(texts, fc.constantFrom(...kinds), async (said, kind) => {
        const card = renderCard(runsInEveryState(said)[kind], context)
        expect(await post(card)).toMatchObject({ ok: true })
        expect([...card.text].length).toBeLessThanOrEqual(4_000)
      }),
      { numRuns: 120, seed: 1 },
    )
  })

  it('calls nobody and links nowhere, whatever people, Rancher and clusters say', () => {
    fc.assert(
      fc.property(texts, fc.constantFrom(...kinds), (said, kind) => {
        const card = renderCard(runsInEveryState(said)[kind], context)
        const special = [card.text, ...interpreted(card.blocks)].flatMap(
          (text) => text.match(/<[^>]*>?/g) ?? [],
        )
        const others = special.filter((one) => !/^<(@U[123]|!date\^\d+\^[^<>]*)>$/.test(one))
        expect(others).toEqual([])
      }),
      { numRuns: 150, seed: 1 },
    )
  })

  it('keeps its buttons and its first line, whatever people, Rancher and clusters say', () => {
    fc.assert(
      fc.property(texts, fc.constantFrom(...kinds), (said, kind) => {
        const { blocks } = renderCard(runsInEveryState(said)[kind], context)
        const calm = renderCard(ordinary[kind], context).blocks
        expect(blocks[0]?.type).toBe('rich_text')
        expect(actionsOf(blocks)).toEqual(actionsOf(calm))
      }),
      { numRuns: 100, seed: 1 },
    )
  })

  it('keeps its kinds of block from the request to the end, so that Slack edits it in place', () => {
    for (const kind of kinds) {
      const types = renderCard(ordinary[kind], context).blocks.map(({ type }) => type)
      expect(types.filter((type) => type !== 'rich_text')).toEqual(
        types.includes('actions') ? ['context', 'actions'] : ['context'],
      )
    }
  })
})
