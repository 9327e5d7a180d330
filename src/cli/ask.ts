import { clean } from './clean.ts'
import type { Context } from './context.ts'

/** The answer to one question, null when the person pressed ctrl-C instead or when there is nobody to ask. */
export async function askUnlessInterrupted(
  { parts }: Context,
  question: string,
): Promise<string | null> {
  try {
    const answer = await parts.askPerson?.(clean(question))
    return parts.signal.aborted ? null : (answer ?? null)
  } catch (error) {
    if (parts.signal.aborted || (error instanceof Error && error.name === 'AbortError')) return null
    throw error
  }
}
