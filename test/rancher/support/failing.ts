import { Failure } from '../../../src/recovery/index.ts'

/** The failure that the call ends with. Throws when it succeeds, or fails with anything else. */
export async function failureOf(call: Promise<unknown>): Promise<Failure> {
  try {
    await call
  } catch (error) {
    if (error instanceof Failure) return error
    throw error
  }
  throw new Error('the call succeeded')
}
