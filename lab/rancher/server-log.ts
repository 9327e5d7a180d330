import type { Announcer } from '../announcer.ts'
import type { Quirks } from '../rancher-quirks.ts'
import type { ServerLogLine } from './contract.ts'
import { toSeconds } from './recorded.ts'

/** Writes as Rancher does (agent-logs/*.server.log of 2.1.5 and 2.12.0). */
export interface ServerLog {
  readonly lines: readonly ServerLogLine[]
  info(message: string): void
  error(message: string): void
  /** A message of Go's HTTP server, which Rancher wraps in a line of its own. */
  fromHttpServer(message: string): void
}

const KEPT_LINES = 10_000

export function createServerLog(
  now: () => Date,
  announcer: Announcer<ServerLogLine>,
  quirks: Quirks,
): ServerLog {
  const lines: ServerLogLine[] = []
  const ofHttpServer = quirks.has('logsRefusedTunnels') ? 'error' : 'info'
  const write = (level: 'info' | 'error', toMessage: (stamp: string) => string) => {
    const at = now()
    const stamp = at.toISOString().slice(0, 19).replaceAll('-', '/').replace('T', ' ')
    const message = toMessage(stamp)
    const printed = quirks.has('serverLogsAsText')
      ? `time="${toSeconds(at)}" level=${level} msg=${JSON.stringify(message)}`
      : `${stamp} [${level.toUpperCase()}] ${message}`
    const line = { at: at.toISOString(), line: printed }
    lines.push(line)
    if (lines.length > KEPT_LINES) lines.shift()
    announcer.announce(line)
  }
  return {
    lines,
    info: (message) => write('info', () => message),
    error: (message) => write('error', () => message),
    fromHttpServer: (message) => write(ofHttpServer, (stamp) => `${stamp} ${message}`),
  }
}
