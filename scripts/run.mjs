// Runs a file of this project on its pinned Node, after installing what is missing.
// usage: node scripts/run.mjs FILE [ARGUMENT …]
import { spawn } from 'node:child_process'
import { delimiter, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { pinnedNode, setUp } from './setup.mjs'

setUp()

const root = fileURLToPath(new URL('..', import.meta.url))
const [file, ...args] = process.argv.slice(2)
const path = [dirname(pinnedNode), join(root, 'node_modules', '.bin'), process.env.PATH].join(
  delimiter,
)
const child = spawn(pinnedNode, [join(root, file), ...args], {
  stdio: 'inherit',
  env: { ...process.env, PATH: path },
})
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
child.on('exit', (code, signal) => process.exit(code ?? (signal === 'SIGINT' ? 130 : 1)))
