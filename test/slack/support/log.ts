import type { Log } from '../../../src/observe/index.ts'

export interface LogUnderTest extends Log {
  /** The sentences of warnings and errors, in order. */
  readonly complaints: readonly string[]
}

/** A log that keeps what it was told. */
export function keepLog(): LogUnderTest {
  const complaints: string[] = []
  const keep = (_fields: object, message: string) => {
    complaints.push(message)
  }
  const log: LogUnderTest = {
    complaints,
    debug: () => undefined,
    info: () => undefined,
    warn: keep,
    error: keep,
    child: () => log,
  }
  return log
}
