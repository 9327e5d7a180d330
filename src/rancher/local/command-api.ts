import { basename, isAbsolute } from 'node:path'
import { isRecord, type JsonRecord } from '../../cluster/index.ts'
import { calledOff } from '../connection-failure.ts'
import { unusable } from './kubeconfig-api.ts'
import { ANSWER_LIMIT_BYTES, type LocalApi } from './local-api.ts'
import { type Ending, runCommand } from './run-command.ts'

export interface CommandApiOptions {
  /** What runs kubectl on Rancher's own cluster, such as `docker exec -i rancher kubectl`. */
  readonly command: readonly [string, ...string[]]
  readonly environment: Readonly<Record<string, string>>
  /** Limit of one run of the command. */
  readonly timeoutMs: number
}

/**
 * Rancher's own cluster through `kubectl` in Rancher's container. Each call runs the command with `get --raw PATH`, or with
 * `create -f - -o json` and the object as its input: no secret is ever one of its words.
 */
export function createCommandApi(options: CommandApiOptions): LocalApi {
  const { command, environment, timeoutMs } = options
  const name = nameOf(command)

  async function run(words: readonly string[], input: string, signal: AbortSignal) {
    const limit = AbortSignal.timeout(timeoutMs)
    const startedAt = performance.now()
    const ending = await runCommand({
      words: [...command, ...words],
      environment,
      input,
      limitBytes: ANSWER_LIMIT_BYTES,
      signal: AbortSignal.any([signal, limit]),
    })
    if (ending.kind === 'stopped' && !limit.aborted) {
      throw calledOff(`(${name})`, signal, performance.now() - startedAt)
    }
    return ending
  }

  return {
    name,
    async get(path, action, signal) {
      // ssh hands its words to a shell on the other side.
      if (!SAFE_PATH.test(path)) throw unusable(name, 'it cannot be asked for such a name')
      const ending = await run(['get', '--raw', path], '', signal)
      if (ending.kind === 'exited' && ending.code !== 0 && isNotFound(ending.errors)) return null
      return objectIn(ending, action)
    },
    async create(_path, body, signal) {
      const ending = await run(['create', '-f', '-', '-o', 'json'], JSON.stringify(body), signal)
      return objectIn(ending, `create ${body.kind} ${body.metadata.name}`)
    },
    close: () => undefined,
  }

  function objectIn(ending: Ending, action: string): JsonRecord {
    const [program] = command
    switch (ending.kind) {
      case 'stopped':
        throw unusable(name, `no answer within ${timeoutMs} ms`)
      case 'not-started':
        throw unusable(
          name,
          ending.reason === 'ENOENT'
            ? `the program "${program}" is not installed here`
            : `the program "${program}" cannot be started (${ending.reason})`,
        )
      case 'too-large':
        throw unusable(name, `its answer is larger than ${ANSWER_LIMIT_BYTES} bytes`)
      case 'exited': {
        if (ending.code !== 0) throw unusable(name, reasonIn(ending, action))
        const value = parsed(ending.output)
        if (isRecord(value)) return value
        throw unusable(name, 'what it printed is not JSON')
      }
    }
  }
}

const SAFE_PATH = /^[A-Za-z0-9/._-]+$/

/** kubectl writes the reason of the API server's answer in brackets, in every version. */
function isNotFound(errors: string): boolean {
  return /\(NotFound\)|the server could not find the requested resource/.test(errors)
}

function reasonIn(
  { code, errors }: { readonly code: number; readonly errors: string },
  action: string,
) {
  if (/\(Forbidden\)/.test(errors)) return `it may not ${action} (403)`
  const line = errors
    .split('\n')
    .map((text) => text.trim())
    .findLast((text) => text !== '')
  if (line === undefined) return `it ended with exit code ${code}`
  return `it ended with exit code ${code}: ${withoutSecrets(line).slice(0, 200)}`
}

/** kubectl quotes what it was given when it cannot read it. */
function withoutSecrets(line: string): string {
  return line.replace(/\p{Cc}/gu, ' ').replace(/[A-Za-z0-9_.-]{32,}/g, '[hidden]')
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** Such as `container (docker exec -i rancher kubectl)`: where programs lie on this machine is nobody else's concern. */
function nameOf(command: readonly string[]): string {
  const words = command.map((word) => (isAbsolute(word) ? basename(word) : word))
  return `container (${words.join(' ').slice(0, 100)})`
}
