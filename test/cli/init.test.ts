import { copyFile, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { readConfig } from '../../src/config/index.ts'
import { commandLine } from './support/command-line.ts'

let folder = ''
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'reagent-init-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

const file = () => join(folder, 'reagent.yaml')

/** A value for each variable that `init --json` said is still to be set. */
function environmentSaid(line: ReturnType<typeof commandLine>): Record<string, string> {
  const [said] = line.json() as [{ environment: { name: string }[] }]
  return Object.fromEntries(said.environment.map(({ name }) => [name, 'a-secret']))
}

const FLAGS = [
  ...['--rancher-url', 'https://rancher.example.com'],
  ...['--cluster', 'myk8s=./kubeconfig.yaml', '--cluster', 'a "b": #c=/etc/k=1.yaml'],
  ...['--team', 'T012ABCDEF', '--request', 'U1,U2', '--approve', 'U3'],
  ...['--approve-alone', 'local/root'],
]

describe('reagent init', () => {
  it('writes a configuration that is read together with the variables that it names', async () => {
    for (const connection of ['http', 'socket']) {
      await rm(file(), { force: true })
      const line = commandLine()
      const argv = [...FLAGS, '--connection', connection, '--output', file(), '--json']
      expect(await line.run('init', ...argv)).toBe(0)
      const config = readConfig({ ...environmentSaid(line), REAGENT_CONFIG: file() }, 'all')
      expect(config.slack?.connection.kind).toBe(connection)
      expect(config.clusters.get('a "b": #c')?.kubeconfig).toBe('/etc/k=1.yaml')
      expect([...config.policy.request]).toEqual(['T012ABCDEF/U1', 'T012ABCDEF/U2'])
      expect([...config.policy.approve]).toEqual(['T012ABCDEF/U3'])
      expect([...config.policy.approveAlone]).toEqual(['local/root'])
    }
  })

  it('asks on a terminal for what the options do not say', async () => {
    const ca = join(folder, 'ca.pem')
    await writeFile(ca, 'PEM')
    const answers = ['./ca.pem', 'myk8s=k.yaml, other=o.yaml', '', '', '', 'local/root']
    const line = commandLine({ isTTY: true, answers })
    const argv = ['--rancher-url', 'https://rancher.example.com', '--output', file()]
    expect(await line.run('init', ...argv)).toBe(0)
    expect(line.questions).toHaveLength(6)
    expect(line.stdout).toContain('RANCHER_TOKEN')
    expect(line.stdout).not.toContain('SLACK')
    const config = readConfig({ RANCHER_TOKEN: 'x', REAGENT_CONFIG: file() }, 'terminal')
    expect(config.rancher?.caPem).toBe('PEM')
    expect([...config.clusters.keys()]).toEqual(['myk8s', 'other'])
  })

  it('writes nothing when the questions are interrupted', async () => {
    const line = commandLine({ isTTY: true, answers: ['https://rancher.example.com', 'ctrl-C'] })
    expect(await line.run('init', '--output', file())).toBe(130)
    expect(await readdir(folder)).toEqual([])
  })

  it('leaves a configuration that is there as it is', async () => {
    await writeFile(file(), 'mine')
    expect(await commandLine().run('init', ...FLAGS, '--output', file())).toBe(2)
    expect(await readFile(file(), 'utf8')).toBe('mine')
  })

  it('writes nothing that would not be accepted, and says what is wrong', async () => {
    const bad = [
      { argv: ['--rancher-url', 'http://rancher.example.com'], problem: 'rancher.url' },
      {
        argv: ['--rancher-url', 'https://rancher.example.com', '--approve', 'U1'],
        problem: 'policy.approve: "U1" needs slack.team',
      },
    ]
    for (const { argv, problem } of bad) {
      const line = commandLine()
      expect(await line.run('init', ...argv, '--output', file())).toBe(3)
      expect(line.stderr).toContain(problem)
    }
    expect(await readdir(folder)).toEqual([])
  })

  it('names what is missing where nobody can be asked', async () => {
    const line = commandLine()
    expect(await line.run('init', '--output', file())).toBe(2)
    expect(line.stderr).toContain('--rancher-url')
    const wrong = commandLine()
    const argv = ['--rancher-url', 'https://r.example.com', '--cluster', 'myk8s']
    expect(await wrong.run('init', ...argv, '--output', file())).toBe(2)
    expect(wrong.stderr).toContain('"myk8s" is not NAME=KUBECONFIG')
  })
})

describe('reagent.example.yaml', () => {
  const example = fileURLToPath(new URL('../../reagent.example.yaml', import.meta.url))
  const env = { RANCHER_TOKEN: 'x', SLACK_BOT_TOKEN: 'x', SLACK_SIGNING_SECRET: 'x' }

  it('is accepted as it is, and says the defaults', async () => {
    const { rancher, slack, ...said } = readConfig({ ...env, REAGENT_CONFIG: example }, 'all')
    await writeFile(file(), 'slack: { team: T012ABCDEF }\nrancher: { url: https://r.example.com }')
    const defaults = readConfig({ ...env, REAGENT_CONFIG: file() }, 'all')
    for (const part of ['proof', 'queue', 'approvalExpiresInMs', 'probeLimitMs'] as const) {
      expect(said[part]).toEqual(defaults[part])
    }
    expect(rancher?.timeoutMs).toBe(defaults.rancher?.timeoutMs)
    expect(slack?.connection.kind).toBe(defaults.slack?.connection.kind)
  })

  it('is accepted with the line for a private authority too', async () => {
    await copyFile(example, file())
    const text = await readFile(file(), 'utf8')
    await writeFile(file(), text.replace('# caFile:', 'caFile:'))
    await writeFile(join(folder, 'rancher-ca.pem'), 'PEM')
    expect(readConfig({ ...env, REAGENT_CONFIG: file() }, 'all').rancher?.caPem).toBe('PEM')
  })

  it('has every key', async () => {
    const text = await readFile(example, 'utf8')
    const keys = [
      ...['url', 'caFile', 'timeout', 'kubeconfig', 'team', 'connection', 'request', 'approve'],
      ...[
        'approveAlone',
        'expiresIn',
        'recheckEvery',
        'stableFor',
        'giveUpAfter',
        'lookEvery',
        'probeLimit',
      ],
      ...['concurrency', 'lock', 'sweepEvery'],
    ]
    for (const key of keys) expect(text).toMatch(new RegExp(`^ +(# )?${key}:`, 'm'))
  })
})
