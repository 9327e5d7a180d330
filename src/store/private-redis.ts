import { type ChildProcess, spawn } from 'node:child_process'
import { accessSync, constants } from 'node:fs'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { delimiter, join, resolve } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { Failure } from '../recovery/index.ts'

/** Reagent's own Redis: reachable through a unix socket only, every write on disk before it is acknowledged. */
export interface PrivateRedis {
  readonly socketPath: string
  /** Resolves when the server ended without having been asked to. */
  readonly ended: Promise<void>
  stop(): Promise<void>
}

/** What the lock file in the data directory says about the process that uses it. */
interface Lock {
  readonly pid: number
  readonly socketPath: string
}

const START_LIMIT_MS = 10_000
// A killed Reagent's Redis needs a moment to notice and to end.
const TAKE_OVER_LIMIT_MS = 3_000

// Ends the server when our end of the pipe closes: also when this process is killed and can do nothing any more.
const GUARD = `
exec 3<&0
"$@" &
server=$!
( read -r _ <&3; kill "$server" 2>/dev/null ) &
trap 'kill "$server" 2>/dev/null' TERM INT
wait "$server"
`

/**
 * Starts the private Redis child on a data directory (created with mode 0700). The data survives restarts; the server does not outlive
 * this process. Fails with `store.in-use` when another live process has the directory, `store.redis-missing`
 * when no server program is on `path` (the PATH variable's text).
 */
export async function startPrivateRedis(directory: string, path: string): Promise<PrivateRedis> {
  const program = findRedisServer(path)
  const dataDirectory = resolve(directory)
  await mkdir(dataDirectory, { recursive: true, mode: 0o700 })
  const lockPath = join(dataDirectory, 'reagent.lock')
  // Socket paths are limited to 107 bytes, so the socket stands in a short directory of its own.
  const socketDirectory = await mkdtemp(join(tmpdir(), 'reagent-'))
  const socketPath = join(socketDirectory, 'redis.sock')
  await takeLock(lockPath, { pid: process.pid, socketPath }, dataDirectory)

  const child = spawn(
    'sh',
    ['-c', GUARD, 'reagent-redis', program, ...settings(dataDirectory, socketPath)],
    {
      stdio: ['pipe', 'ignore', 'ignore'],
      detached: true,
    },
  )
  let stopping = false
  const exited = new Promise<void>((done) => child.once('exit', () => done()))
  const ended = exited.then(() => (stopping ? new Promise<void>(() => undefined) : undefined))
  await untilReady(socketPath, child)
  return {
    socketPath,
    ended,
    async stop() {
      stopping = true
      child.stdin?.end()
      await exited
      await rm(lockPath, { force: true })
      await rm(socketDirectory, { recursive: true, force: true })
    },
  }
}

/** The socket of the Reagent that is running on a data directory, null when there is none. */
export async function runningSocket(directory: string): Promise<string | null> {
  const lock = await readLock(join(resolve(directory), 'reagent.lock'))
  return lock && isAlive(lock.pid) && (await answers(lock.socketPath)) ? lock.socketPath : null
}

function settings(directory: string, socketPath: string): string[] {
  return [
    ...['--port', '0', '--unixsocket', socketPath, '--unixsocketperm', '700', '--dir', directory],
    ...['--appendonly', 'yes', '--appendfsync', 'always', '--save', ''],
    ...['--maxmemory-policy', 'noeviction', '--logfile', join(directory, 'redis.log')],
  ]
}

/** The server program on a PATH. Fails with `store.redis-missing`. */
export function findRedisServer(path: string): string {
  for (const name of ['redis-server', 'valkey-server']) {
    for (const folder of path.split(delimiter)) {
      try {
        accessSync(join(folder, name), constants.X_OK)
        return join(folder, name)
      } catch {
        // Not in this folder: the next one may have it.
      }
    }
  }
  throw new Failure('store.redis-missing')
}

async function takeLock(lockPath: string, own: Lock, directory: string): Promise<void> {
  const deadline = performance.now() + TAKE_OVER_LIMIT_MS
  for (;;) {
    try {
      await writeFile(lockPath, JSON.stringify(own), { flag: 'wx', mode: 0o600 })
      return
    } catch (error) {
      if (!isCode(error, 'EEXIST')) throw error
    }
    const lock = await readLock(lockPath)
    const serverLives = lock !== null && (await answers(lock.socketPath))
    const ownerLives = lock !== null && lock.pid !== process.pid && isAlive(lock.pid)
    const isLate = performance.now() > deadline
    // The process id alone proves nothing: it may have been given to another process, or be 1 in every container.
    if (serverLives && (ownerLives || lock.pid === process.pid || isLate)) {
      throw new Failure('store.in-use', { pid: String(lock.pid), directory })
    }
    if (!serverLives && (!ownerLives || isLate)) await rm(lockPath, { force: true })
    else await wait(50)
  }
}

async function readLock(lockPath: string): Promise<Lock | null> {
  try {
    const lock: unknown = JSON.parse(await readFile(lockPath, 'utf8'))
    if (lock === null || typeof lock !== 'object') return null
    if (!('pid' in lock) || !('socketPath' in lock)) return null
    return { pid: Number(lock.pid), socketPath: String(lock.socketPath) }
  } catch {
    // A lock that is gone or half written names nobody.
    return null
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return isCode(error, 'EPERM')
  }
}

/** Whether a server is alive behind a socket. */
function answers(socketPath: string): Promise<boolean> {
  return new Promise((done) => {
    const socket = connect(socketPath)
    const finish = (answered: boolean) => {
      socket.destroy()
      done(answered)
    }
    socket.setTimeout(1_000, () => finish(false))
    socket.once('error', () => finish(false))
    // A server that is still reading its data answers with an error, and is alive.
    socket.once('data', () => finish(true))
    socket.write('PING\r\n')
  })
}

async function untilReady(socketPath: string, child: ChildProcess): Promise<void> {
  const deadline = performance.now() + START_LIMIT_MS
  while (!(await answers(socketPath))) {
    if (child.exitCode !== null || performance.now() > deadline) {
      throw new Failure('store.redis-unfit', {
        address: socketPath,
        reason: 'it did not start; see redis.log in the data directory',
      })
    }
    await wait(10)
  }
}

function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code
}
