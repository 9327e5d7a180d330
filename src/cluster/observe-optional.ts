import { Failure } from '../recovery/index.ts'

/** The kubeconfig's user may lack a right to look: then that part is left out, and the rest still tells something. */
export async function unlessForbidden<T>(found: Promise<T>, otherwise: T): Promise<T> {
  try {
    return await found
  } catch (error) {
    if (error instanceof Failure && error.code === 'cluster.forbidden') return otherwise
    throw error
  }
}

/**
 * What `read` finds, null where that is forbidden, not served, broken or not there within `limitMs`: for what one can do
 * without. Rejects only when `signal` aborts.
 */
export async function ifToBeHad<T>(
  read: (signal: AbortSignal) => Promise<T>,
  limitMs: number,
  signal: AbortSignal,
): Promise<T | null> {
  try {
    return await read(AbortSignal.any([signal, AbortSignal.timeout(limitMs)]))
  } catch (error) {
    if (error instanceof Failure && !signal.aborted) return null
    throw error
  }
}
