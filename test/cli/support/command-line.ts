import { type CliParts, runCli } from '../../../src/cli/index.ts'
import { alone, minute } from '../../recovery/history.ts'
import { openTerminalUnderTest, type TerminalOptions, type TerminalUnderTest } from './terminal.ts'

export interface CommandLineOptions extends Partial<TerminalOptions> {
  /** Whether somebody sits at it: both streams are terminals. */
  readonly isTTY?: boolean
  /** Answers to the questions, in order. `ctrl-C` interrupts in place of an answer. */
  readonly answers?: readonly string[]
  readonly parts?: Partial<CliParts>
}

export interface CommandLine {
  readonly terminal: TerminalUnderTest
  readonly questions: readonly string[]
  readonly stdout: string
  readonly stderr: string
  interrupt(): void
  /** Runs one command and gives its exit code. */
  run(...argv: readonly string[]): Promise<number>
  /** The lines of stdout as JSON. */
  json(): readonly unknown[]
}

/** A command line with everything outside the terminal's seam real. */
export function commandLine(options: CommandLineOptions = {}): CommandLine {
  const { isTTY = false, answers, parts = {} } = options
  const interrupted = new AbortController()
  const written = { stdout: '', stderr: '' }
  const questions: string[] = []
  const left = [...(answers ?? [])]
  const terminal = openTerminalUnderTest({
    person: alone,
    steps: [],
    answer: { kind: 'clusters', clusters: [] },
    manifest: 'kind: Namespace\n',
    ...options,
  })

  async function askPerson(question: string): Promise<string> {
    questions.push(question)
    const answer = left.shift() ?? ''
    if (answer !== 'ctrl-C') return answer
    throw new DOMException('Aborted with Ctrl+C', 'AbortError')
  }

  const into = (stream: 'stdout' | 'stderr') => (text: string) => {
    written[stream] += text
  }
  const all: CliParts = {
    stdout: { write: into('stdout'), isTTY, columns: 200 },
    stderr: { write: into('stderr'), isTTY },
    askPerson: answers ? askPerson : null,
    start: async () => undefined,
    openTerminal: async () => terminal,
    async *check() {},
    clock: () => new Date(minute(2)),
    signal: interrupted.signal,
    ...parts,
  }
  return {
    terminal,
    questions,
    get stdout() {
      return written.stdout
    },
    get stderr() {
      return written.stderr
    },
    interrupt: () => interrupted.abort(),
    run: (...argv) => runCli(argv, all),
    json: () =>
      written.stdout
        .trimEnd()
        .split('\n')
        .map((line): unknown => JSON.parse(line)),
  }
}
