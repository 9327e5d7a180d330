import type { Announcer } from '../announcer.ts'
import type { ServerLogLine } from './contract.ts'

/** Writes as Rancher 2.1.5 does (agent-logs/*.server.log). */
export interface ServerLog {
  readonly lines: readonly ServerLogLine[]
  info(message: string): void
  /** A message of Go's HTTP server, which Rancher wraps in a line of its own. */
  fromHttpServer(message: string): void
}

const KEPT_LINES = 10_000

export function createServerLog(now: () => Date, announcer: Announcer<ServerLogLine>): ServerLog {
  const lines: ServerLogLine[] = []
  const write = (toLine: (stamp: string) => string) => {
    const at = now()
    const stamp = at.toISOString().slice(0, 19).replaceAll('-', '/').replace('T', ' ')
    const line = { at: at.toISOString(), line: toLine(stamp) }
    lines.push(line)
    if (lines.length > KEPT_LINES) lines.shift()
    announcer.announce(line)
  }
  return {
    lines,
    info: (message) => write((stamp) => `${stamp} [INFO] ${message}`),
    fromHttpServer: (message) => write((stamp) => `${stamp} [INFO] ${stamp} ${message}`),
  }
}
