import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

/** A Reagent that can be started. */
export interface Installation {
  /** The program and its first arguments, before `start`. */
  readonly command: readonly [string, ...string[]]
  /** The folder to start it in. Default: that of this process. */
  readonly folder?: string
  /** Runs it as this user and group. Default: those of this process. */
  readonly userId?: number
}

const THIS_CHECKOUT: Installation = {
  command: [process.execPath, fileURLToPath(new URL('../../src/main.ts', import.meta.url))],
}
const READY_LIMIT_MS = 20_000

/** A Reagent in a process of its own, as anybody would start it: from environment and `reagent.yaml` only. */
export interface ReagentProcess {
  /** Where Slack finds the bot; null for a worker. */
  readonly requestUrl: string | null
  /** Where it serves health and metrics, such as `http://127.0.0.1:40001`; null where that is switched off. */
  readonly observeUrl: string | null
  readonly pid: number
  /** Everything it has printed so far. */
  readonly output: () => string
  /** Resolves when the process is gone, however that came. */
  readonly exited: Promise<void>
  kill(signal: 'SIGKILL' | 'SIGTERM'): Promise<void>
}

/**
 * Starts `reagent start --role ROLE` and waits until it says that it is ready. Rejects with its output when it ends first. Health and metrics
 * are served at any free port unless `env` says another.
 */
export async function startReagentProcess(
  role: 'all' | 'bot' | 'worker',
  env: Readonly<Record<string, string>>,
  { command: [program, ...args], folder, userId }: Installation = THIS_CHECKOUT,
): Promise<ReagentProcess> {
  const child = spawn(program, [...args, 'start', '--role', role], {
    env: {
      PATH: process.env.PATH ?? '',
      HOME: process.env.HOME ?? '',
      REAGENT_OBSERVE_ADDRESS: '127.0.0.1:0',
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
    ...(folder === undefined ? {} : { cwd: folder }),
    ...(userId === undefined ? {} : { uid: userId, gid: userId }),
  })
  const output: string[] = []
  const exited = once(child, 'exit').then(() => undefined)
  const { port, observe } = await untilReady(child, output)
  return {
    observeUrl: observe === null ? null : `http://${observe}`,
    requestUrl: port === null ? null : `http://127.0.0.1:${port}/slack/events`,
    pid: child.pid ?? 0,
    output: () => output.join('\n'),
    exited,
    async kill(signal) {
      child.kill(signal)
      await exited
    },
  }
}

function untilReady(child: ChildProcess, output: string[]): Promise<Ready> {
  return new Promise((done, fail) => {
    const giveUp = (why: string) => {
      child.kill('SIGKILL')
      fail(new Error(`reagent did not start (${why}):\n${output.join('\n')}`))
    }
    const timer = setTimeout(() => giveUp('no "ready" in time'), READY_LIMIT_MS)
    const ended = (code: number | null) => giveUp(`exit code ${code}`)
    child.once('exit', ended)
    for (const stream of [child.stdout, child.stderr]) {
      if (!stream) continue
      createInterface({ input: stream }).on('line', (line) => {
        output.push(line)
        const ready = readyLine(line)
        if (!ready) return
        clearTimeout(timer)
        child.off('exit', ended)
        done(ready)
      })
    }
  })
}

/** What a process says once it is ready. */
interface Ready {
  readonly port: number | null
  readonly observe: string | null
}

function readyLine(line: string): Ready | null {
  if (!line.includes('"ready"')) return null
  const entry: unknown = JSON.parse(line)
  if (entry === null || typeof entry !== 'object' || !('port' in entry)) return null
  return {
    port: typeof entry.port === 'number' ? entry.port : null,
    observe: 'observe' in entry && typeof entry.observe === 'string' ? entry.observe : null,
  }
}
