import { execFile } from 'node:child_process'
import { Failure } from '../../recovery/index.ts'
import { isRecord } from '../json.ts'
import type { ReadLocal } from './contract.ts'

const MOST_BYTES = 8 * 1024 * 1024

/**
 * Asks by `COMMAND… get --raw PATH`, without a shell. What the program prints is never shown, because it may hold credentials; only
 * whether it says that the object is not there, or that it may not be read.
 */
export function readByCommand(
  [program, ...before]: readonly [string, ...string[]],
  timeoutMs: number,
): ReadLocal {
  const failed = (reason: string, cause?: unknown) =>
    new Failure('cluster.command-failed', { program, reason }, { cause })
  return (path, signal) =>
    new Promise((resolve, reject) => {
      const options = { timeout: timeoutMs, maxBuffer: MOST_BYTES, signal, shell: false } as const
      const child = execFile(
        program,
        [...before, 'get', '--raw', path],
        options,
        (error, out, said) => {
          if (error && isNotFound(said)) return resolve(null)
          if (error) return reject(failed(reasonOf(error, said, timeoutMs)))
          const body = parsed(out)
          if (isRecord(body)) resolve(body)
          else reject(failed('what it printed is not the JSON of an object'))
        },
      )
      child.stdin?.end()
    })
}

/** `Error from server (NotFound): …` is kubectl's form of a 404. */
function isNotFound(said: string): boolean {
  return /^Error from server \(NotFound\)/m.test(said)
}

function reasonOf(error: Error, said: string, timeoutMs: number): string {
  const code = 'code' in error ? error.code : null
  if (code === 'ENOENT') return 'it is not installed here'
  if (code === 'EACCES') return 'it may not be run'
  if (code === 'ABORT_ERR') return 'it was not waited for any longer'
  if (code === 'ERR_CHILD_PROCESS_STDIO_MAXBUFFER') return 'it printed more than 8 MiB'
  if ('killed' in error && error.killed) return `it did not end within ${timeoutMs} ms`
  if (/^Error from server \(Forbidden\)/m.test(said)) return 'it may not read that (Forbidden)'
  return typeof code === 'number' ? `it ended with exit code ${code}` : 'it failed'
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
