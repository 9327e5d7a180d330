import { expect, test } from 'vitest'
import { createCases } from '../../lab/faults/index.ts'
import { judgeAll } from '../bench/diagnosis/judge.ts'

const SEED = 5
const CASES = 60
const LEAST_RIGHT_FIRST = 0.95

test('the cause that is named first is the right one in 95 % of what the lab breaks, and nothing is re-applied in vain', async () => {
  const verdicts = await judgeAll(createCases(SEED, CASES), { atOnce: 4 })
  const wrong = verdicts
    .filter(({ isRightFirst }) => !isRightFirst)
    .map(({ case: { name }, said }) => `${name}: ${said}`)
  const inVain = verdicts.filter(({ isWrongReapply }) => isWrongReapply)
  expect(inVain.map(({ case: { name }, said }) => `${name}: ${said}`)).toEqual([])
  expect(1 - wrong.length / verdicts.length, wrong.join('\n')).toBeGreaterThanOrEqual(
    LEAST_RIGHT_FIRST,
  )
}, 120_000)
