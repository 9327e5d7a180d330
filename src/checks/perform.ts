import { asFailure, type Failure } from '../recovery/index.ts'
import type { CheckLine } from './contract.ts'

/** One thing to test. The test gives what it saw, or a `Caution`, or throws a `Failure` or a `Finding`. */
export interface Check {
  readonly what: string
  /** Checks without which this one says nothing new: it is skipped when one of them failed. */
  readonly needs?: readonly Check[]
  readonly test: (signal: AbortSignal) => Promise<string | Caution>
}

/** Something that works but is not as it should be. */
export class Caution {
  readonly detail: string
  readonly nextStep: string

  constructor(detail: string, nextStep: string) {
    this.detail = detail
    this.nextStep = nextStep
  }
}

/** Something that does not work, and that no other room has a `Failure` for. */
export class Finding extends Error {
  readonly nextStep: string

  constructor(message: string, nextStep: string) {
    super(message)
    this.name = 'Finding'
    this.nextStep = nextStep
  }
}

/**
 * Runs checks at once, each within its limit; one that needs others waits for them. The lines come in the order of the checks,
 * and every one resolves, also for parts that do not listen to the signal.
 */
export function performAll(
  checks: readonly Check[],
  limitMs: number,
  signal: AbortSignal,
): readonly Promise<CheckLine>[] {
  const started = new Map<Check, Promise<CheckLine>>()
  const lineOf = (check: Check): Promise<CheckLine> => {
    const known = started.get(check)
    if (known) return known
    const line = afterNeeds(check, (check.needs ?? []).map(lineOf), limitMs, signal)
    started.set(check, line)
    return line
  }
  return checks.map(lineOf)
}

async function afterNeeds(
  check: Check,
  needs: readonly Promise<CheckLine>[],
  limitMs: number,
  signal: AbortSignal,
): Promise<CheckLine> {
  const before = await Promise.all(needs)
  const skipped = before.find(({ status }) => status === 'skipped')
  if (skipped) return { ...skipped, what: check.what }
  const failed = before.find(({ status }) => status === 'failed')
  if (failed) {
    const detail = `not tested yet: mend "${failed.what}" first`
    return { what: check.what, status: 'skipped', detail }
  }
  return perform(check, limitMs, signal)
}

async function perform(check: Check, limitMs: number, signal: AbortSignal): Promise<CheckLine> {
  const { what } = check
  const limit = AbortSignal.timeout(limitMs)
  const bounded = AbortSignal.any([signal, limit])
  try {
    const seen = await Promise.race([check.test(bounded), abortOf(bounded)])
    if (typeof seen === 'string') return { what, status: 'ok', detail: seen }
    return { what, status: 'warning', detail: seen.detail, nextStep: seen.nextStep }
  } catch (error) {
    if (signal.aborted) {
      return failed(what, new Finding('interrupted', 'Run `reagent check` again.'))
    }
    if (limit.aborted) {
      const nextStep = 'Check the network and the load on this service, then run this again.'
      return failed(what, new Finding(`no answer within ${limitMs / 1_000} s`, nextStep))
    }
    return failed(what, error instanceof Finding ? error : described(asFailure(error)))
  }
}

function failed(what: string, { message, nextStep }: Finding | Failure): CheckLine {
  return { what, status: 'failed', detail: message, nextStep }
}

/** A check has no log in which the cause could be looked up. */
function described(failure: Failure): Finding | Failure {
  const { code, cause } = failure
  if (code !== 'internal.unexpected') return failure
  const reason =
    cause instanceof Error ? `${cause.name}: ${cause.message.slice(0, 200)}` : 'no cause'
  return new Finding(`${failure.message} (${reason})`, 'Please report this line.')
}

function abortOf(signal: AbortSignal): Promise<never> {
  return new Promise((_done, reject) => {
    const stop = () => reject(signal.reason)
    if (signal.aborted) stop()
    else signal.addEventListener('abort', stop, { once: true })
  })
}
