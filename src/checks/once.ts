/** Asks the first time and gives every later caller the same answer: several lines tell about one look. */
export function once<T>(
  ask: (signal: AbortSignal) => Promise<T>,
): (signal: AbortSignal) => Promise<T> {
  let answer: Promise<T> | null = null
  return (signal) => {
    answer ??= ask(signal)
    return answer
  }
}
