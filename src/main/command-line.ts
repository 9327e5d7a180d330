import { createInterface } from 'node:readline/promises'
import { type CliParts, runCli } from '../cli/index.ts'
import { Failure } from '../recovery/index.ts'
import { startReagent } from './start.ts'

const LINGER_MS = 1_000

const interrupted = new AbortController()
process.once('SIGINT', () => interrupted.abort())
process.once('SIGTERM', () => interrupted.abort())

const parts: CliParts = {
  stdout: {
    write: (text) => void process.stdout.write(text),
    isTTY: process.stdout.isTTY === true,
    columns: process.stdout.columns ?? 80,
  },
  stderr: {
    write: (text) => void process.stderr.write(text),
    isTTY: process.stderr.isTTY === true,
  },
  askPerson: process.stdin.isTTY ? ask : null,
  async start(role) {
    const running = await startReagent(process.env, role)
    const asked = new Promise<'asked'>((done) => {
      if (interrupted.signal.aborted) done('asked')
      interrupted.signal.addEventListener('abort', () => done('asked'), { once: true })
    })
    const why = await Promise.race([asked, running.lost.then(() => 'lost' as const)])
    await running.stop()
    if (why === 'lost') throw new Failure('store.ended')
  },
  openTerminal: async () => (await import('./open-terminal.ts')).openTerminal(process.env),
  async *check(question, signal) {
    const { checkAll } = await import('./check.ts')
    yield* checkAll(process.env, question, signal)
  },
  clock: () => new Date(),
  signal: interrupted.signal,
}

async function ask(question: string): Promise<string> {
  const terminal = createInterface({ input: process.stdin, output: process.stderr })
  try {
    return await terminal.question(question, { signal: interrupted.signal })
  } finally {
    terminal.close()
  }
}

/** Runs one command line of this process to its end and sets the exit code. */
export async function runCommandLine(): Promise<void> {
  process.exitCode = await runCli(process.argv.slice(2), parts)
  // Everything is closed by now; a library's timer that still waits for a lost server must not keep the process.
  setTimeout(() => process.exit(), LINGER_MS).unref()
}
