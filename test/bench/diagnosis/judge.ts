import { type Case, playCase } from '../../../lab/faults/index.ts'
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
  /** `certain ca-changed, possible token-revoked`, or why there is no diagnosis. */
  readonly said: string
}

/** Plays a case and diagnoses it. A case that cannot be played rejects: that is a mistake in the lab. */
export async function judge(wanted: Case): Promise<Verdict> {
  const stage = await playCase(wanted)
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
      said: causes.map(({ id, confidence }) => `${confidence} ${id}`).join(', '),
    }
  } catch (error) {
    const said = error instanceof Error ? error.message : String(error)
    return {
      case: wanted,
      isRightFirst: false,
      isRightAmongTwo: false,
      isWrongReapply: false,
      tookMs: null,
      said: `no diagnosis: ${said}`,
    }
  } finally {
    await stage.close()
  }
}

/** Judges all cases, so many at once, in their order. */
export async function judgeAll(
  cases: readonly Case[],
  atOnce: number,
  onVerdict: (verdict: Verdict) => void = () => undefined,
): Promise<readonly Verdict[]> {
  const verdicts: Verdict[] = []
  const waiting = [...cases.entries()]
  const work = async () => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const [index, wanted] = next
      const verdict = await judge(wanted)
      verdicts[index] = verdict
      onVerdict(verdict)
    }
  }
  await Promise.all(Array.from({ length: atOnce }, work))
  return verdicts
}
