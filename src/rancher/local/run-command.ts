import { spawn } from 'node:child_process'

export interface Command {
  readonly words: readonly [string, ...string[]]
  /** The whole environment of the program. */
  readonly environment: Readonly<Record<string, string>>
  readonly input: string
  readonly limitBytes: number
  readonly signal: AbortSignal
}

/** How a program ended. */
export type Ending =
  | {
      readonly kind: 'exited'
      readonly code: number
      readonly output: string
      readonly errors: string
    }
  | { readonly kind: 'not-started'; readonly reason: string }
  | { readonly kind: 'too-large' }
  | { readonly kind: 'stopped' }

const MOST_ERROR_BYTES = 16 * 1024

/**
 * Runs a program without a shell and gives what it printed. It is killed, with everything that it started, when the signal aborts or
 * its output is larger than the limit. Never rejects.
 */
export function runCommand(command: Command): Promise<Ending> {
  const { words, environment, input, limitBytes, signal } = command
  const [program, ...args] = words
  return new Promise((resolve) => {
    if (signal.aborted) return resolve({ kind: 'stopped' })
    // A group of its own, so that what a wrapper such as sudo or ssh started ends with it.
    const child = spawn(program, args, { env: environment, detached: true, stdio: 'pipe' })
    const output: Buffer[] = []
    const errors: Buffer[] = []
    let outputBytes = 0
    let errorBytes = 0
    const end = (ending: Ending) => {
      signal.removeEventListener('abort', stop)
      resolve(ending)
    }
    const kill = () => {
      if (child.pid === undefined) return
      try {
        process.kill(-child.pid, 'SIGKILL')
      } catch {
        child.kill('SIGKILL')
      }
    }
    const stop = () => {
      kill()
      end({ kind: 'stopped' })
    }
    signal.addEventListener('abort', stop, { once: true })
    child.once('error', (error) => {
      end({ kind: 'not-started', reason: 'code' in error ? String(error.code) : 'unknown' })
    })
    child.stdout.on('data', (chunk: Buffer) => {
      outputBytes += chunk.length
      if (outputBytes <= limitBytes) return output.push(chunk)
      kill()
      end({ kind: 'too-large' })
    })
    child.stderr.on('data', (chunk: Buffer) => {
      errorBytes += chunk.length
      if (errorBytes <= MOST_ERROR_BYTES) errors.push(chunk)
    })
    child.once('close', (code) =>
      end({
        kind: 'exited',
        code: code ?? -1,
        output: Buffer.concat(output).toString('utf8'),
        errors: Buffer.concat(errors).toString('utf8'),
      }),
    )
    // A program that ends before it has read its input.
    child.stdin.on('error', () => undefined)
    child.stdin.end(input)
  })
}
