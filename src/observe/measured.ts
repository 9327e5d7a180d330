import { asFailure } from '../recovery/index.ts'
import type { CallDone } from './meter.ts'

/**
 * The same object, each of whose methods tells `onCall` its name, how it ended (`ok` or the code of the failure) and how long it took
 * when the promise that it gave is settled. Methods that give no promise go untold.
 */
export function measured<T extends object>(target: T, onCall: (call: CallDone) => void): T {
  return new Proxy(target, {
    get(object, name) {
      const member: unknown = Reflect.get(object, name)
      if (typeof member !== 'function') return member
      return (...args: readonly unknown[]) => {
        const startedAt = performance.now()
        const result: unknown = Reflect.apply(member, object, args)
        if (!(result instanceof Promise)) return result
        const tell = (outcome: string) =>
          onCall({ call: String(name), outcome, seconds: (performance.now() - startedAt) / 1_000 })
        result.then(
          () => tell('ok'),
          (error: unknown) => tell(asFailure(error).code),
        )
        return result
      }
    },
  })
}
