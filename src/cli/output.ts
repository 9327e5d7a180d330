import { asFailure, type Failure } from '../recovery/index.ts'
import { clean, cleanJson } from './clean.ts'
import type { CliParts } from './contract.ts'

/** What a command says, to people or as JSON. Everything is made harmless for a terminal here. */
export interface Output {
  readonly json: boolean
  /** Lines for people on stdout; nothing with `--json`. */
  say(...lines: readonly string[]): void
  /** One JSON value on a line of stdout; nothing without `--json`. */
  record(value: unknown): void
  /** Text exactly as it is on stdout: the content of a file. */
  content(text: string): void
  /** Something to know now, on stderr. */
  note(...lines: readonly string[]): void
  /** How far it is, on stderr; nothing unless that is a terminal. */
  progress(line: string): void
  /** A failure: on stderr for people, as `{ "error": { code, message, nextStep } }` on stdout with `--json`. */
  failure(thrown: unknown): void
  /** How wide a line may be, null when nobody looks at it on a terminal. */
  readonly columns: number | null
}

export function createOutput(parts: CliParts, json: boolean): Output {
  const { stdout, stderr } = parts
  const write = (stream: { write(text: string): void }, lines: readonly string[]) => {
    for (const line of lines) stream.write(`${clean(line).trimEnd()}\n`)
  }
  const output: Output = {
    json,
    say: (...lines) => {
      if (!json) write(stdout, lines)
    },
    record: (value) => {
      if (json) stdout.write(`${cleanJson(value)}\n`)
    },
    content: (text) => stdout.write(text),
    note: (...lines) => write(stderr, lines),
    progress: (line) => {
      if (stderr.isTTY) write(stderr, [line])
    },
    failure(thrown) {
      const { code, ...texts } = textsOf(asFailure(thrown))
      if (json) output.record({ error: { code, ...texts } })
      // The problems of a configuration come one a line.
      else output.note(...texts.message.split('\n'), texts.nextStep)
    },
    columns: stdout.isTTY ? stdout.columns : null,
  }
  return output
}

function textsOf(failure: Failure) {
  const { code, message, nextStep, cause } = failure
  if (code !== 'internal.unexpected') {
    return { code, message: forTerminal(message), nextStep: forTerminal(nextStep) }
  }
  // Nobody keeps a log of a command, so the cause is said here.
  const reason =
    cause instanceof Error ? `${cause.name}: ${cause.message.slice(0, 300)}` : 'no cause'
  return {
    code,
    message: `${message} (${reason})`,
    nextStep: 'Run again with LOG_LEVEL=debug to see more, and report both.',
  }
}

/** Failures name commands as Slack has them. */
export function forTerminal(text: string): string {
  return text
    .replace(/\/rancher reagent\b/g, 'reagent reconnect')
    .replace(/\/rancher /g, 'reagent ')
}
