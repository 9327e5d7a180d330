import { asFailure, Failure } from '../recovery/index.ts'
import type { CheckLine } from './contract.ts'

/** One thing to test. The test gives what it saw, or throws a `Failure` or a `Finding`. */
export interface Check {
  readonly what: string
  readonly test: (signal: AbortSignal) => Promise<string>
}

/** Something that works but is not as it should be. */
export class Finding extends Error {
  readonly nextStep: string

  constructor(message: string, nextStep: string) {
    super(message)
    this.name = 'Finding'
    this.nextStep = nextStep
  }
}

/** Runs one check within its limit. Resolves in any case, also for parts that do not listen to the signal. */
export async function perform(
  check: Check,
  limitMs: number,
  signal: AbortSignal,
): Promise<CheckLine> {
  const { what } = check
  const bounded = AbortSignal.any([signal, AbortSignal.timeout(limitMs)])
  try {
    return { what, ok: true, detail: await Promise.race([check.test(bounded), abortOf(bounded)]) }
  } catch (error) {
    if (error instanceof Finding || error instanceof Failure) return lineOf(what, error)
    if (signal.aborted)
      return lineOf(what, new Finding('interrupted', 'Run `reagent check` again.'))
    if (bounded.aborted) {
      const nextStep =
        'Check the network and the load on this service, then run `reagent check` again.'
      return lineOf(what, new Finding(`no answer within ${limitMs} ms`, nextStep))
    }
    return lineOf(what, asFailure(error))
  }
}

function lineOf(what: string, { message, nextStep }: Finding | Failure): CheckLine {
  return { what, ok: false, detail: message, nextStep }
}

function abortOf(signal: AbortSignal): Promise<never> {
  return new Promise((_done, reject) => {
    const stop = () => reject(signal.reason)
    if (signal.aborted) stop()
    else signal.addEventListener('abort', stop, { once: true })
  })
}
