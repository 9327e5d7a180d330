import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { explain } from '../../../src/diagnosis/index.ts'

const folder = new URL('../../fixtures/agent-logs/', import.meta.url)
const recordings = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.txt'))
  .toSorted()

function linesOf(file: string): readonly string[] {
  const text = readFileSync(new URL(file, folder), 'utf8')
  return [...new Set(text.split('\n').filter((line) => line !== ''))]
}

describe.each(recordings)('the recorded log %s', (file) => {
  it('has no line that cannot be explained', () => {
    const unknown = linesOf(file).filter((line) => explain(line).lines[0]?.id === null)
    expect(unknown).toEqual([])
  })

  it('is explained without its registration token', () => {
    const tokens = linesOf(file).flatMap(
      (line) => /with token (?:starting with )?(\w+)/.exec(line)?.[1] ?? [],
    )
    for (const line of linesOf(file)) {
      const said = JSON.stringify(explain(line))
      for (const token of tokens) expect(said).not.toContain(token)
    }
  })
})

const ofAgents = recordings.filter((file) => file.endsWith('.agent.txt'))
const isHealthy = (file: string) => file.endsWith('/ok.agent.txt')
// An agent that waits for an answer prints nothing about it.
const isSilent = (file: string) => file.endsWith('/hangs.agent.txt')

it.each(ofAgents.filter((file) => !isHealthy(file) && !isSilent(file)))(
  '%s has a line that says what is broken, and that comes first when the whole log is pasted',
  (file) => {
    const [first] = explain(linesOf(file).slice(-60).join('\n')).lines
    expect(first).toMatchObject({ weight: 'fault' })
  },
)

it.each(ofAgents.filter(isHealthy))('%s has no line that says something is broken', (file) => {
  const faults = linesOf(file).filter((line) => explain(line).lines[0]?.weight === 'fault')
  expect(faults).toEqual([])
})
