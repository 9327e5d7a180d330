import { type FailureCode, type FailureFacts, failureTexts } from './failure-texts/index.ts'

/**
 * Something that did not work, as a value: a stable code, the facts behind it, and two texts for two readers.
 *
 * Rooms that do I/O throw it; nothing else travels past their border (see `asFailure`). `facts` must never hold
 * a secret: they are stored with the run and shown in the channel.
 */
export class Failure extends Error {
  readonly code: FailureCode
  readonly facts: FailureFacts

  constructor(code: FailureCode, facts: FailureFacts = {}, options: { cause?: unknown } = {}) {
    super(`${failureTexts[code].says(facts)}${alsoTried(facts)}`, options)
    this.name = 'Failure'
    this.code = code
    this.facts = Object.freeze({ ...facts })
  }

  /** What the person who reads this should do now, in one or two sentences. */
  get nextStep(): string {
    return failureTexts[this.code].nextStep(this.facts)
  }
}

/** Where several sources of credentials were tried: why each other one does not work. */
function alsoTried({ others }: FailureFacts): string {
  return others ? ` Other credentials do not work either: ${others}.` : ''
}

/** A failure as it is stored in a run's events: plain JSON, without stack and cause. */
export interface FailureRecord {
  readonly code: FailureCode
  readonly message: string
  readonly nextStep: string
  readonly facts: FailureFacts
}

/** The storable form of a failure. The cause stays in the operator's log. */
export function recordOf(failure: Failure): FailureRecord {
  const { code, message, nextStep, facts } = failure
  return { code, message, nextStep, facts }
}

/** Anything may be thrown; past this line only a `Failure` travels on. */
export function asFailure(thrown: unknown): Failure {
  if (thrown instanceof Failure) return thrown
  return new Failure('internal.unexpected', {}, { cause: thrown })
}
