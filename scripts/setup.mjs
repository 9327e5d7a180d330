// Installs what a fresh machine lacks: the packages, the pinned Node and a Redis server.
// Plain JavaScript for any supported Node, because the pinned one may not be there yet. Prints on stderr only.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { accessSync, constants, existsSync, readFileSync, writeFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const stamp = join(root, 'node_modules', '.installed-lock')

/** The pinned Node of this project. */
export const pinnedNode = join(root, 'node_modules', 'node', 'bin', 'node')

export function setUp() {
  installPackages()
  installPinnedNode()
  installRedis()
}

function installPackages() {
  const lock = createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex')
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === lock) return
  say('Installing packages (npm ci), about a minute the first time …')
  run('npm', ['ci', '--no-audit', '--no-fund'])
  writeFileSync(stamp, lock)
}

function installPinnedNode() {
  if (existsSync(pinnedNode)) return
  say('Installing the pinned Node …')
  // A machine may be set to run no install scripts; this package's brings the program itself.
  run('npm', ['rebuild', 'node', '--ignore-scripts=false', '--foreground-scripts'])
  if (!existsSync(pinnedNode))
    stop('The package "node" did not bring its program. Run: npm rebuild node')
}

function installRedis() {
  if (process.env.REDIS_URL || isOnPath('redis-server') || isOnPath('valkey-server')) return
  if (process.platform === 'linux' && process.getuid?.() === 0 && isOnPath('apt-get')) {
    say('Installing redis-server …')
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
    run('apt-get', ['update', '-qq'], env)
    // The server is started by Reagent itself, never as a service of the machine.
    run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', 'redis-server'], env)
    return
  }
  stop(
    'Reagent needs redis-server or valkey-server: install one (brew install redis, apt-get install redis-server) or set REDIS_URL.',
  )
}

function isOnPath(program) {
  return (process.env.PATH ?? '').split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, program), constants.X_OK)
      return true
    } catch {
      return false
    }
  })
}

function run(program, args, env = process.env) {
  const { status, error } = spawnSync(program, args, { cwd: root, env, stdio: ['ignore', 2, 2] })
  if (error || status !== 0) stop(`"${program} ${args.join(' ')}" did not succeed.`)
}

function say(text) {
  process.stderr.write(`${text}\n`)
}

function stop(text) {
  say(text)
  process.exit(1)
}

if (process.argv[1] === fileURLToPath(import.meta.url)) setUp()
