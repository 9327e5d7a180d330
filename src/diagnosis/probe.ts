import { asFailure, type Failure, type Look } from '../recovery/index.ts'
import type { Seen } from './observations.ts'

/** What a probe saw, and the look that says so on the card. */
export interface Probed<T> {
  readonly seen: Seen<T>
  readonly look: Look
}

interface ProbeLimits {
  readonly clock: () => number
  readonly limitMs: number
  readonly signal: AbortSignal
}

/**
 * Makes the function that runs one probe. It never rejects and never waits longer than `limitMs`, or than `signal` allows: at that
 * moment the probe's own signal aborts, `tooLate` stands for its answer, and whatever it still brings is not looked at.
 */
export function createProber(limits: ProbeLimits, tooLate: () => Failure) {
  return async function runProbe<T>(
    vantage: Look['vantage'],
    probe: string,
    run: (signal: AbortSignal) => Promise<T>,
  ): Promise<Probed<T>> {
    const startedAt = limits.clock()
    const seen = await answerInTime(run, limits, tooLate)
    const tookMs = limits.clock() - startedAt
    if (seen.ok) return { seen, look: { probe, vantage, outcome: 'answered', tookMs } }
    const outcome = isTimeOut(seen.failure) ? 'timed-out' : 'failed'
    return { seen, look: { probe, vantage, outcome, tookMs, reason: seen.failure.message } }
  }
}

export function isTimeOut(failure: Failure): boolean {
  return failure.code === 'rancher.timed-out' || failure.code === 'cluster.timed-out'
}

async function answerInTime<T>(
  run: (signal: AbortSignal) => Promise<T>,
  limits: ProbeLimits,
  tooLate: () => Failure,
): Promise<Seen<T>> {
  const { promise, resolve } = Promise.withResolvers<Seen<T>>()
  const stop = new AbortController()
  // Settled before the abort, so that a probe which rejects because of it does not hide that time was up.
  const giveUp = () => {
    resolve({ ok: false, failure: tooLate() })
    stop.abort()
  }
  const timer = setTimeout(giveUp, limits.limitMs)
  limits.signal.addEventListener('abort', giveUp, { once: true })
  const answering = async () => run(stop.signal)
  answering().then(
    (value) => resolve({ ok: true, value }),
    (thrown: unknown) => resolve({ ok: false, failure: asFailure(thrown) }),
  )
  try {
    return await promise
  } finally {
    clearTimeout(timer)
    limits.signal.removeEventListener('abort', giveUp)
  }
}
