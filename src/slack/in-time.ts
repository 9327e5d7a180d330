import { asFailure } from '../recovery/index.ts'
import { note, refusal } from './answers.ts'
import type { Message } from './block.ts'
import type { RequestOutcome } from './report-request.ts'

/** What to say where there is no answer. */
export interface NoAnswer {
  readonly message: Message
  readonly outcome: RequestOutcome
}

// Slack shows an error of its own after 3 s; ours says what happened and what to do.
const ANSWER_LIMIT_MS = 2_500

/** The answer, or what to say when there is none in time or something went wrong. */
export async function inTime<T>(
  work: () => Promise<T>,
  instead: (noAnswer: NoAnswer) => T,
): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<T>((done) => {
    timer = setTimeout(() => done(instead({ message: TOO_LATE, outcome: 'late' })), ANSWER_LIMIT_MS)
  })
  try {
    return await Promise.race([work(), late])
  } catch (error) {
    const { code, message, nextStep } = asFailure(error)
    return instead({ message: refusal(message, nextStep), outcome: code })
  } finally {
    clearTimeout(timer)
  }
}

const TOO_LATE = note(
  'It is not certain that this was taken: writing it down took too long. See `/rancher runs` before you try again.',
)
