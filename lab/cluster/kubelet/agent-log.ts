/** Writes lines as logrus does. */
export type AgentLog = (
  level: 'info' | 'warning' | 'error' | 'fatal',
  message: string,
  fields?: Readonly<Record<string, string>>,
) => void

export function createAgentLog({
  print,
  now,
}: {
  readonly print: (line: string) => void
  readonly now: () => Date
}): AgentLog {
  return (level, message, fields = {}) => {
    const more = Object.entries(fields).map(([name, value]) => ` ${name}=${quoted(value)}`)
    print(`time="${wholeSeconds(now())}" level=${level} msg=${quoted(message)}${more.join('')}`)
  }
}

export function wholeSeconds(date: Date): string {
  return date.toISOString().replace(/\.\d+Z$/, 'Z')
}

/** `%q` of Go, for texts of the kinds that agents print. */
function quoted(text: string): string {
  return JSON.stringify(text)
}
