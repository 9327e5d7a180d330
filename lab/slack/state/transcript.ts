import type { Said } from '../contract.ts'

export interface Transcript {
  readonly said: readonly Said[]
  record(to: string, body: string): void
}

/** Everything that the bot says to Slack, so that a test can look for what must never be said. */
export function createTranscript(): Transcript {
  const said: Said[] = []
  return {
    said,
    record: (to, body) => {
      if (body !== '') said.push({ to, body, plain: strings(body).join('\n') })
    },
  }
}

/** Every string inside forms and JSON, however nested. */
function strings(value: unknown): readonly string[] {
  if (typeof value === 'string') {
    const inner = parse(value)
    return inner === null ? [value] : strings(inner)
  }
  if (Array.isArray(value)) return value.flatMap(strings)
  if (typeof value === 'object' && value !== null) {
    return Object.entries(value).flatMap(([key, inner]) => [key, ...strings(inner)])
  }
  return value === null || value === undefined ? [] : [String(value)]
}

function parse(text: string): object | null {
  if (/^\s*[[{]/.test(text)) {
    try {
      return JSON.parse(text)
    } catch {
      return null
    }
  }
  return /^[\w.]+=\S*$/.test(text) ? Object.fromEntries(new URLSearchParams(text)) : null
}
