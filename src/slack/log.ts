import { type Logger, LogLevel } from '@slack/bolt'
import type { Log } from '../observe/index.ts'

/** Bolt's log through ours. Its messages are kept short: at its debug level it prints whole requests, so that level stays off. */
export function boltLogger(log: Log): Logger {
  const text = (messages: readonly unknown[]) =>
    messages
      .map((part) => (part instanceof Error ? part.name : String(part)))
      .join(' ')
      .slice(0, 500)
  return {
    debug: () => undefined,
    info: (...messages) => log.debug({}, text(messages)),
    warn: (...messages) => log.warn({}, text(messages)),
    error: (...messages) => log.error({}, text(messages)),
    setLevel: () => undefined,
    getLevel: () => LogLevel.INFO,
    setName: () => undefined,
  }
}
