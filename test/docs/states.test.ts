import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decide, evolve, isOver, type Run, type RunEvent } from '../../src/recovery/index.ts'
import { policy, requested } from '../recovery/history.ts'
import { ROOT } from './reference/generated.ts'
import { commandsFor } from './reference/run-commands.ts'
import { transitionKey, transitions, transitionsOf } from './reference/states.ts'

const page = readFileSync(join(ROOT, 'docs/how-it-works.md'), 'utf8')

/** `from -event-> to` for each arrow of the diagram between two states. */
const drawn = [...page.matchAll(/^ {4}([a-z_]+) --> ([a-z_]+) : (.+)$/gm)].flatMap(
  ([, from = '', to = '', events = '']) =>
    events
      .split(', ')
      .map((event) => `${from.replaceAll('_', '-')} -${event}-> ${to.replaceAll('_', '-')}`),
)

describe('the diagram of a run', () => {
  it('has every transition that a run can make, and no other', () => {
    expect(drawn.toSorted()).toEqual(transitions().map(transitionKey).toSorted())
  })

  it('is what random histories walk through, whatever is asked of a run and in which order', () => {
    const walked = new Set<string>()
    const choices = fc.array(fc.nat({ max: 9_999 }), { maxLength: 30 })
    fc.assert(
      fc.property(choices, (numbers) => {
        let run = requested()
        for (const number of numbers) {
          const events = decisionOn(run, number)
          run = transitionsOf(run, events, (transition) => walked.add(transitionKey(transition)))
        }
      }),
      { numRuns: 2_000, seed: 11 },
    )
    expect([...walked].toSorted()).toEqual(drawn.toSorted())
  })
})

/** What one of the commands leads to that change the run. Those that end it are taken less often, so that histories get long. */
function decisionOn(run: Run, number: number): readonly RunEvent[] {
  const outcomes = commandsFor(run)
    .map((command) => decide(run, command, policy))
    .flatMap((decision) => (decision.ok && decision.events.length > 0 ? [decision.events] : []))
  const isEnding = (events: readonly RunEvent[]) => isOver(events.reduce(evolve, run))
  const wanted = outcomes.filter((events) => isEnding(events) === (number % 8 === 0))
  const from = wanted.length > 0 ? wanted : outcomes
  return from[Math.floor(number / 8) % from.length] ?? []
}
