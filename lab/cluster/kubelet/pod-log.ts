/** What the containers of a pod printed: one list of lines for each start. */
export interface PodLog {
  start(): void
  print(line: string): void
  /** Lines of the current start, or of the one before it; null when there was none. */
  lines(previous: boolean): readonly string[] | null
}

const MOST_LINES = 5_000

/** `onLine` is called after each line. */
export function createPodLog(onLine: () => void): PodLog {
  let current: string[] | null = null
  let last: string[] | null = null
  return {
    start() {
      last = current
      current = []
    },
    print(line) {
      current?.push(line)
      if (current && current.length > MOST_LINES) current.shift()
      onLine()
    },
    lines: (previous) => (previous ? last : current),
  }
}
