import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createCommandApi } from '../../src/rancher/index.ts'
import { failureOf } from './support/failing.ts'
import { until } from './support/until.ts'
import { patient } from './support/world.ts'

const TOKEN = 'bcdfghjklmnpqrstvwxz2456789bcdfghjklmnpqrstvwxz2456789'
const registration = {
  apiVersion: 'management.cattle.io/v3',
  kind: 'ClusterRegistrationToken',
  metadata: { name: 'crt-abcde', namespace: 'c-abcde' },
  status: { token: TOKEN },
}

let folder: string
let programs = 0
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'reagent-command-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

/** The way by a program of a few lines in place of `docker exec … kubectl`. */
async function wayBy(program: string, timeoutMs = 10_000) {
  programs += 1
  const file = join(folder, `program-${programs}.mjs`)
  await writeFile(file, program)
  const environment = { PATH: process.env.PATH ?? '' }
  return createCommandApi({ command: [process.execPath, file], environment, timeoutMs })
}

describe('the command that runs kubectl', () => {
  it('gets what is created as its input, and no secret as a word or in its environment', async () => {
    const api = await wayBy(`
      import { text } from 'node:stream/consumers'
      const [words, environment] = [process.argv.slice(2), process.env]
      console.log(JSON.stringify({ words, environment, input: await text(process.stdin) }))
    `)
    const seen = await api.create('/apis', registration, patient)
    expect(seen.words).toEqual(['create', '-f', '-', '-o', 'json'])
    expect(JSON.parse(String(seen.input))).toEqual(registration)
    expect(Object.keys(Object(seen.environment))).toEqual(['PATH'])
  })

  it('is killed with all that it started, at its time limit and when the caller gives up', async () => {
    const pids = join(folder, 'pids')
    const program = `
      import { spawn } from 'node:child_process'
      import { writeFileSync } from 'node:fs'
      const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'])
      writeFileSync(${JSON.stringify(pids)}, [process.pid, child.pid].join(' '))
      setInterval(() => {}, 1000)
    `
    const stop = new AbortController()
    const called = (await wayBy(program)).get('/api', 'ask', stop.signal)
    let started: readonly number[] = []
    await until('both to run', () => {
      readFile(pids, 'utf8').then(
        (text) => {
          started = text.split(' ').map(Number)
        },
        () => undefined,
      )
      return started.length === 2
    })
    stop.abort()
    expect((await failureOf(called)).code).toBe('rancher.unreachable')
    await until('both to be gone', () => started.every((pid) => !isRunning(pid)))

    const late = await failureOf((await wayBy(program, 300)).get('/api', 'ask', patient))
    expect(late.message).toContain('no answer within 300 ms')
  })

  it('may not print without end', async () => {
    const api = await wayBy(`
      const chunk = 'x'.repeat(1024 * 1024)
      const more = () => process.stdout.write(chunk, more)
      more()
    `)
    const failure = await failureOf(api.get('/api', 'ask', patient))
    expect(failure.message).toContain('larger than 33554432 bytes')
  })

  it.each([
    ['process.exit(3)', 'exit code 3'],
    [`console.error('Error: No such container: rancher'); process.exit(1)`, 'No such container'],
    [`console.error('bad object ${TOKEN}'); process.exit(1)`, 'bad object [hidden]'],
    [
      `console.error('Error from server (Forbidden): no'); process.exit(1)`,
      'it may not list clusters (403)',
    ],
    [`console.log('<html>')`, 'what it printed is not JSON'],
  ])('says what went wrong when it does %s', async (program, reason) => {
    const failure = await failureOf((await wayBy(program)).get('/api', 'list clusters', patient))
    expect(failure.code).toBe('rancher.way-unusable')
    expect(failure.message).toContain(reason)
  })

  it('is named when it is not installed', async () => {
    const command = ['no-such-docker', 'exec'] as const
    const api = createCommandApi({ command, environment: {}, timeoutMs: 1_000 })
    const failure = await failureOf(api.get('/api', 'ask', patient))
    expect(failure.message).toContain('the program "no-such-docker" is not installed here')
  })

  it('is never given a path that a shell behind ssh could take for more than a path', async () => {
    const api = await wayBy('')
    for (const path of ['/api;reboot', '/api?limit=1&x', '/api$(id)', '/a b']) {
      const failure = await failureOf(api.get(path, 'ask', patient))
      expect(failure.message).toContain('cannot be asked for such a name')
    }
  })
})

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}
