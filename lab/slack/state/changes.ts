import type { Change } from '../contract.ts'

export interface Changes {
  tell(change: Change): void
  onChange(listener: (change: Change) => void): () => void
  waitFor<T>(look: () => T | undefined | null | false, deadlineMs: number): Promise<T>
}

/** Tells listeners of what people see change. `describe` says what can be seen when waiting was in vain. */
export function createChanges(describe: () => string): Changes {
  const listeners = new Set<(change: Change) => void>()
  const onChange = (listener: (change: Change) => void) => {
    listeners.add(listener)
    return () => {
      listeners.delete(listener)
    }
  }
  return {
    tell: (change) => {
      for (const listener of [...listeners]) listener(change)
    },
    onChange,
    waitFor: (look, deadlineMs) =>
      new Promise((resolve, reject) => {
        const finish = (settle: () => void) => {
          clearTimeout(deadline)
          unsubscribe()
          settle()
        }
        const tryNow = () => {
          try {
            const found = look()
            if (found !== undefined && found !== null && found !== false) {
              finish(() => resolve(found))
            }
          } catch (error) {
            finish(() => reject(error))
          }
        }
        const deadline = setTimeout(
          () =>
            finish(() =>
              reject(
                new Error(`nothing of the kind within ${deadlineMs} ms; seen:\n${describe()}`),
              ),
            ),
          deadlineMs,
        )
        const unsubscribe = onChange(tryNow)
        tryNow()
      }),
  }
}
