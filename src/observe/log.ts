import { AsyncLocalStorage } from 'node:async_hooks'
import { pino } from 'pino'

/** Facts of one log line. Errors go under `error`, so that only what is safe of them is written. */
export type LogFields = Readonly<Record<string, unknown>>

/** A structured log: facts first, then a short sentence. */
export interface Log {
  debug(fields: LogFields, message: string): void
  info(fields: LogFields, message: string): void
  warn(fields: LogFields, message: string): void
  error(fields: LogFields, message: string): void
  child(fields: LogFields): Log
}

// A value that travels with the work itself reaches lines that libraries and distant rooms write, which a log handed down would miss.
const surroundings = new AsyncLocalStorage<LogFields>()

/** Does the work; every line that is written in the meantime on its behalf carries these fields, whoever writes it. */
export function withLogFields<T>(fields: LogFields, work: () => T): T {
  return surroundings.run({ ...surroundings.getStore(), ...fields }, work)
}

/** Opens the log of this process: JSON lines on stderr, so that stdout belongs to commands. */
export function openLog(level: string): Log {
  return pino(
    {
      level,
      base: null,
      timestamp: () => `,"time":"${new Date().toISOString()}"`,
      mixin: () => ({ ...surroundings.getStore() }),
      formatters: { level: (label) => ({ level: label }) },
      serializers: { error: describeError },
    },
    pino.destination({ dest: 2, sync: true }),
  )
}

// Libraries hang requests with bearer tokens onto their errors, so a line takes names, codes and stacks, never whole objects.
function describeError(error: unknown, depth = 0): unknown {
  if (!(error instanceof Error)) return { kind: typeof error }
  const code = 'code' in error ? String(error.code) : undefined
  const cause =
    error.cause !== undefined && depth < 3 ? describeError(error.cause, depth + 1) : undefined
  return {
    name: error.name,
    code,
    message: error.message.slice(0, 500),
    stack: framesOf(error),
    cause,
  }
}

/** The first frames of a stack, without the message that precedes them. */
function framesOf(error: Error): string[] {
  return (error.stack ?? '')
    .split('\n')
    .filter((line) => /^\s+at /.test(line))
    .slice(0, 6)
    .map((line) => line.trim())
}
