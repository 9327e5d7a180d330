import { createCases, type Stage } from '../../../lab/faults/index.ts'
import { type Figure, quantile } from '../contract.ts'
import { LONGEST_MS } from './diagnose-stage.ts'
import { type Hang, judgeAll, type Verdict } from './judge.ts'

const AT_ONCE = 3
/** These wait more than they work. */
const HANGING_AT_ONCE = 8
const HANGING_CASES = 16

/** Each place that can leave a diagnosis without an answer: the first never answers, the second neither, the third takes no handshake. */
const HANGS: Readonly<Record<string, Hang>> = {
  Rancher: ({ rancher }: Stage) => rancher.hang('/'),
  'the API server': ({ cluster }: Stage) => cluster.gate.hang(),
  'the network to Rancher': ({ front }: Stage) =>
    front.behave({ certificate: null, isSilent: true }),
}

/** How often the cause that a diagnosis names is the right one, on cases with a seed, and how long it takes. */
export async function measureDiagnosis(options: {
  readonly seed: number
  /** Default: every case of that seed. */
  readonly count?: number
}): Promise<readonly Figure[]> {
  const cases = createCases(options.seed, options.count)
  const verdicts = await judgeAll(cases, { atOnce: AT_ONCE })
  const times = verdicts.flatMap(({ tookMs, isAnswered }) =>
    tookMs === null || !isAnswered ? [] : [tookMs],
  )
  const figures = [
    share('right cause first', verdicts, ({ isRightFirst }) => isRightFirst, 95),
    share(
      'right cause among the first two',
      verdicts,
      ({ isRightAmongTwo }) => isRightAmongTwo,
      97,
    ),
    wrongReapplies(verdicts),
    ...([0.5, 0.95] as const).map(
      (part): Figure => ({
        name: `until the first cause, every probe answering, p${part * 100}`,
        unit: 'ms',
        value: quantile(times, part),
        goal: { of: 'value', atMost: 1_500 },
        samples: times.length,
      }),
    ),
  ]
  for (const [name, hang] of Object.entries(HANGS)) {
    const some = createCases(options.seed + 1, HANGING_CASES)
    const hanging = await judgeAll(some, { atOnce: HANGING_AT_ONCE, hang })
    figures.push({
      name: `until the first cause, ${name} hanging for good, p95`,
      unit: 'ms',
      value: quantile(
        hanging.map(({ tookMs }) => tookMs ?? LONGEST_MS),
        0.95,
      ),
      goal: { of: 'value', atMost: 6_000 },
      samples: hanging.length,
      misses: hanging.filter(({ tookMs }) => tookMs === null).map(lineOf),
    })
  }
  return figures
}

function share(
  name: string,
  verdicts: readonly Verdict[],
  isGood: (verdict: Verdict) => boolean,
  atLeast: number,
): Figure {
  const misses = verdicts.filter((verdict) => !isGood(verdict))
  return {
    name: `diagnosis: ${name}`,
    unit: '%',
    value: (100 * (verdicts.length - misses.length)) / verdicts.length,
    goal: { of: 'value', atLeast },
    samples: verdicts.length,
    misses: misses.map(lineOf),
  }
}

function wrongReapplies(verdicts: readonly Verdict[]): Figure {
  const wrong = verdicts.filter(({ isWrongReapply }) => isWrongReapply)
  return {
    name: 'diagnosis: proposals to re-apply where that cannot help',
    unit: 'cases',
    value: wrong.length,
    goal: { of: 'value', atMost: 0 },
    samples: verdicts.length,
    misses: wrong.map(lineOf),
  }
}

function lineOf({ case: { name, right, noises }, said }: Verdict): string {
  const around = noises.length > 0 ? ` (with ${noises.map((noise) => noise.name).join(', ')})` : ''
  return `${name}${around}: ${right.join(' or ')}, but it said ${said}`
}
