import { asFailure, Failure, type FailureCode } from '../recovery/index.ts'
import type { Rancher } from './contract.ts'

/** These say that a way cannot be used now, not what Rancher knows. */
const UNUSABLE: readonly FailureCode[] = [
  'rancher.unreachable',
  'rancher.timed-out',
  'rancher.certificate-untrusted',
  'rancher.unauthorized',
  'rancher.token-scoped',
  'rancher.forbidden',
  'rancher.failing',
  'rancher.unexpected-answer',
  'rancher.answer-too-large',
  'rancher.way-unusable',
]

/** Whether a call failed because this way cannot be used, so that another may be tried. */
export function isUnusable(thrown: unknown): thrown is Failure {
  return thrown instanceof Failure && UNUSABLE.includes(thrown.code)
}

interface Way {
  readonly name: string
  readonly rancher: Rancher
}

interface Answered<W, T> {
  readonly value: T
  readonly way: W
  /** The ways before it; a failure of null: it had not answered yet. */
  readonly passedOver: readonly { readonly name: string; readonly failure: Failure | null }[]
}

/**
 * Asks one way after the other: the next when one cannot be used, or beside it when its head start is over. The first answer counts
 * and ends the rest. Rejects with a way's failure that is an answer, or, when no way can be used, with the first way's.
 */
export function firstToAnswer<W extends Way, T>(
  ways: readonly W[],
  call: (rancher: Rancher, signal: AbortSignal) => Promise<T>,
  options: { readonly headStartMs: number; readonly signal: AbortSignal },
): Promise<Answered<W, T>> {
  const over = new AbortController()
  const signal = AbortSignal.any([options.signal, over.signal])
  const failures = new Map<W, Failure>()
  let headStart: NodeJS.Timeout | undefined
  let begun = 0
  return new Promise<Answered<W, T>>((resolve, reject) => {
    const begin = () => {
      clearTimeout(headStart)
      const way = ways[begun]
      if (way === undefined || signal.aborted) return
      begun += 1
      if (begun < ways.length) headStart = setTimeout(begin, options.headStartMs)
      call(way.rancher, signal).then(
        (value) => resolve({ value, way, passedOver: before(way) }),
        (thrown: unknown) => failed(way, asFailure(thrown)),
      )
    }
    const failed = (way: W, failure: Failure) => {
      if (!isUnusable(failure)) return reject(failure)
      failures.set(way, failure)
      // When the caller's own time is over, nothing that was not asked yet is to be blamed.
      if (failures.size === (signal.aborted ? begun : ways.length)) reject(together(ways, failures))
      else if (ways.indexOf(way) === begun - 1) begin()
    }
    const before = (way: W) =>
      ways
        .slice(0, ways.indexOf(way))
        .map((one) => ({ name: one.name, failure: failures.get(one) ?? null }))
    begin()
  }).finally(() => {
    clearTimeout(headStart)
    over.abort()
  })
}

/** The first way's failure; what kept the others stands in its fact `otherWays`. */
function together<W extends Way>(ways: readonly W[], failures: ReadonlyMap<W, Failure>): Failure {
  const [first, ...others] = ways.flatMap((way) => {
    const failure = failures.get(way)
    return failure ? [{ way, failure }] : []
  })
  if (!first) throw new Error('no way to Rancher')
  const { code, facts } = first.failure
  if (others.length === 0) return first.failure
  const otherWays = others.map(({ way, failure }) => `${way.name}: ${failure.message}`).join(' ')
  return new Failure(code, { ...facts, otherWays }, { cause: first.failure })
}
