import { type Case, playCase, type Stage } from '../../../lab/faults/index.ts'
import type { Cause } from '../../../src/recovery/index.ts'
import { diagnoseStage } from './diagnose-stage.ts'

/** What a diagnosis said of one case, beside what it should have said. */
export interface Verdict {
  readonly case: Case
  readonly isRightFirst: boolean
  readonly isRightAmongTwo: boolean
  /** It would plan a re-apply where that cannot help. */
  readonly isWrongReapply: boolean
  /** Null where the diagnosis failed. */
  readonly tookMs: number | null
  /** Every probe came to an end by itself. */
  readonly isAnswered: boolean
  /** `certain ca-changed, possible token-revoked`, or why there is no diagnosis. */
  readonly said: string
}

/** Leaves one of the places where a diagnosis looks without any answer, for good. */
export type Hang = (stage: Stage) => void

async function judge(wanted: Case, hang: Hang | null): Promise<Verdict> {
  const stage = await playCase(wanted).catch((error: unknown) => ({ problem: wordsOf(error) }))
  if ('problem' in stage) return failed(wanted, `it could not be played: ${stage.problem}`)
  hang?.(stage)
  try {
    const { diagnosis, tookMs } = await diagnoseStage(stage)
    const { causes } = diagnosis
    const isRight = (cause: Cause | undefined) =>
      cause !== undefined && wanted.right.includes(cause.id)
    return {
      case: wanted,
      isRightFirst: isRight(causes[0]),
      isRightAmongTwo: isRight(causes[0]) || isRight(causes[1]),
      isWrongReapply: causes[0].reapplyHelps && !wanted.reapplyHelps,
      tookMs,
      isAnswered: diagnosis.looks.every(({ outcome }) => outcome !== 'timed-out'),
      said: causes.map(({ id, confidence }) => `${confidence} ${id}`).join(', '),
    }
  } catch (error) {
    return failed(wanted, `no diagnosis: ${wordsOf(error)}`)
  } finally {
    await stage.close()
  }
}

/** A mistake of the diagnosis, or of the lab: neither is left out of the count. */
function failed(wanted: Case, said: string): Verdict {
  return {
    case: wanted,
    isRightFirst: false,
    isRightAmongTwo: false,
    isWrongReapply: false,
    tookMs: null,
    isAnswered: false,
    said,
  }
}

function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

/** Judges all cases, so many at once, in their order. */
export async function judgeAll(
  cases: readonly Case[],
  { atOnce, hang = null }: { readonly atOnce: number; readonly hang?: Hang | null },
): Promise<readonly Verdict[]> {
  const verdicts: Verdict[] = []
  const waiting = [...cases.entries()]
  const work = async () => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const [index, wanted] = next
      verdicts[index] = await judge(wanted, hang)
    }
  }
  await Promise.all(Array.from({ length: atOnce }, work))
  return verdicts
}
