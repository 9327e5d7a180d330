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

  const isHealthy = /\/ok\.(?:agent|server)/.test(file)
  it.runIf(!isHealthy && file.includes('.agent.') && !file.includes('hangs'))(
    'has a line that says what is broken, and that comes first when the whole log is pasted',
    () => {
      const [first] = explain(linesOf(file).slice(-60).join('\n')).lines
      expect(first).toMatchObject({ weight: 'fault' })
    },
  )

  it.runIf(isHealthy && file.includes('.agent.'))(
    'has no line that says something is broken',
    () => {
      const faults = linesOf(file).filter((line) => explain(line).lines[0]?.weight === 'fault')
      expect(faults).toEqual([])
    },
  )
})
