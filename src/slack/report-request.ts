import type { Log, Meter } from '../observe/index.ts'
import { type FailureCode, keyOf, type Person } from '../recovery/index.ts'

/** What a request came to: `late` when nobody knew in time, else `ok` or why not. */
export type RequestOutcome = 'ok' | 'not-understood' | 'late' | FailureCode

/** The run and the cluster that a request is about, as far as they are known. */
export interface Subject {
  readonly run: string | null
  readonly cluster: string | null
}

export interface HandledRequest extends Subject {
  readonly kind: 'command' | 'click'
  /** Of the command or the button, from a fixed set. */
  readonly name: string
  readonly outcome: RequestOutcome
  readonly by: Person
  /** By the clock of `performance.now()`. */
  readonly arrivedAtMs: number
}

/** Writes down that a person was answered: a line in the log, and a figure. */
export function createRequestReport(
  log: Log,
  meter: Pick<Meter, 'request'>,
): (request: HandledRequest) => void {
  return function reportRequest({ kind, name, outcome, by, arrivedAtMs, run, cluster }) {
    const ms = performance.now() - arrivedAtMs
    meter.request({ kind, name, outcome, seconds: ms / 1_000 })
    const subject = { ...(run !== null && { run }), ...(cluster !== null && { cluster }) }
    const line = { [kind]: name, ...subject, outcome, by: keyOf(by), ms: Math.round(ms) }
    log.info(line, `a ${kind} was answered`)
  }
}
