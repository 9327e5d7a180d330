import { describe, expect, it } from 'vitest'
import { lineMeanings } from '../../../src/diagnosis/index.ts'

describe('the table of lines', () => {
  it('has each kind of line once', () => {
    const ids = lineMeanings.map(({ id }) => id)
    expect(ids).toEqual([...new Set(ids)])
  })

  it.each(lineMeanings)('$id has sentences that name only what its pattern finds', (meaning) => {
    for (const text of [meaning.means, meaning.doesNotProve, meaning.toDo]) {
      expect(text).toMatch(/[.)”]$/)
      for (const [, name = ''] of text.matchAll(/\{(\w+)\}/g)) {
        expect(meaning.pattern.source).toContain(`(?<${name}>`)
      }
      expect(text.split('`').length % 2).toBe(1)
    }
  })
})
