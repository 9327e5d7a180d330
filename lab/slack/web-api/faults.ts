/** What goes wrong with a call of the Web API. */
type Fault =
  | { readonly kind: 'rate limit'; readonly retryAfterSeconds: number }
  | { readonly kind: 'refusal'; readonly error: string }
  | { readonly kind: 'lost answer' }

interface Pending {
  readonly method: string
  readonly fault: Fault
  left: number
}

/** Faults that were ordered for methods; `*` means any method. */
export interface Faults {
  order(method: string, fault: Fault, times: number): void
  /** Ends the refusals of a method. */
  stopRefusing(method: string): void
  /** The fault of this call, if any; counts it. */
  next(method: string): Fault | undefined
  delay(method: string, delayMs: number): void
  delayOf(method: string): number
}

export function createFaults(): Faults {
  let pending: Pending[] = []
  const delays = new Map<string, number>()
  return {
    order: (method, fault, times) => {
      pending.push({ method, fault, left: times })
    },
    stopRefusing: (method) => {
      pending = pending.filter((one) => one.method !== method || one.fault.kind !== 'refusal')
    },
    next: (method) => {
      const hit = pending.find((one) => one.method === method || one.method === '*')
      if (hit === undefined) return undefined
      hit.left -= 1
      pending = pending.filter((one) => one.left > 0)
      return hit.fault
    },
    delay: (method, delayMs) => {
      delays.set(method, delayMs)
    },
    delayOf: (method) => delays.get(method) ?? delays.get('*') ?? 0,
  }
}
