// Everything that has to hold before a change lands: lint, types, rooms, unused code, all tests.
import { spawn, spawnSync } from 'node:child_process'

const STATIC_CHECKS = [
  ['lint', 'biome', ['ci', '.']],
  ['types', 'tsc', ['--noEmit']],
  ['types of the page', 'tsc', ['--noEmit', '-p', 'lab/page/browser']],
  ['rooms', 'depcruise', ['--config', '.dependency-cruiser.cjs', 'src', 'jobs', 'lab', 'test']],
  ['unused code', 'knip', []],
]

const results = await Promise.all(STATIC_CHECKS.map(check))
if (results.includes(false)) process.exit(1)

if (!process.env.KUBEBUILDER_ASSETS) {
  process.stderr.write('KUBEBUILDER_ASSETS is not set: tests on a real API server are left out.\n')
}
const tests = spawnSync('vitest', ['run', ...process.argv.slice(2)], { stdio: 'inherit' })
process.exit(tests.status ?? 1)

/** Runs one check; its output is shown only when it fails. */
function check([name, program, args]) {
  return new Promise((done) => {
    const started = performance.now()
    const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] })
    let output = ''
    child.stdout.on('data', (data) => {
      output += data
    })
    child.stderr.on('data', (data) => {
      output += data
    })
    child.on('close', (code) => {
      const seconds = ((performance.now() - started) / 1000).toFixed(1)
      process.stderr.write(`${code === 0 ? 'ok    ' : 'FAILED'} ${name} (${seconds} s)\n`)
      if (code !== 0) process.stderr.write(output)
      done(code === 0)
    })
  })
}
