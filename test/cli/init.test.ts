import { copyFile, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createAuthority } from '../../lab/certificates/index.ts'
import { readConfig } from '../../src/config/index.ts'
import { commandLine } from './support/command-line.ts'

let folder = ''
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'reagent-init-'))
  await writeFile(join(folder, 'kubeconfig.yaml'), 'clusters: []')
})
afterEach(() => rm(folder, { recursive: true, force: true }))

const file = () => join(folder, 'reagent.yaml')
const URL_FLAG = ['--rancher-url', 'https://rancher.example.com']

interface Said {
  readonly environment: readonly { readonly name: string }[]
  readonly missingFiles: readonly string[]
}

/** A value for each variable that `init --json` said is still to be set. */
function environmentSaid(line: ReturnType<typeof commandLine>): Record<string, string> {
  const [said] = line.json() as [Said]
  return Object.fromEntries(said.environment.map(({ name }) => [name, 'a-secret']))
}

describe('reagent init with options', () => {
  const FLAGS = [
    ...URL_FLAG,
    ...['--cluster', 'myk8s=./kubeconfig.yaml', '--cluster', 'a "b": #c=/nowhere/k=1.yaml'],
    ...['--team', 'T012ABCDEF', '--request', 'U1,U2', '--approve', 'U3'],
    ...['--approve-alone', 'local/root'],
  ]

  it('writes a configuration that is read together with the variables that it names', async () => {
    for (const connection of ['http', 'socket']) {
      await rm(file(), { force: true })
      const line = commandLine()
      const argv = [...FLAGS, '--connection', connection, '--output', file(), '--json']
      expect(await line.run('init', ...argv)).toBe(0)
      const config = readConfig({ ...environmentSaid(line), REAGENT_CONFIG: file() }, 'all')
      expect(config.slack?.connection.kind).toBe(connection)
      expect(config.clusters.get('myk8s')?.sources).toEqual([
        { kind: 'file', path: join(folder, 'kubeconfig.yaml') },
      ])
      expect(config.clusters.get('a "b": #c')?.sources).toEqual([
        { kind: 'file', path: '/nowhere/k=1.yaml' },
      ])
      expect([...config.policy.request]).toEqual(['T012ABCDEF/U1', 'T012ABCDEF/U2'])
      expect([...config.policy.approve]).toEqual(['T012ABCDEF/U3'])
      expect([...config.policy.approveAlone]).toEqual(['local/root'])
    }
  })

  it('says which of the files that it names are not there yet', async () => {
    const line = commandLine()
    expect(await line.run('init', ...FLAGS, '--output', file(), '--json')).toBe(0)
    expect((line.json() as [Said])[0].missingFiles).toEqual(['/nowhere/k=1.yaml'])
    expect(line.stderr).toContain('Not there yet, and needed: /nowhere/k=1.yaml')
  })

  it('says everything that is wrong at once, and writes nothing', async () => {
    await writeFile(join(folder, 'ca.pem'), 'no certificate')
    await writeFile(
      join(folder, 'proxied.yaml'),
      'clusters: [{ cluster: { server: https://r/k8s/clusters/c-abcde } }]',
    )
    const argv = [
      ...['--rancher-url', 'http://rancher.example.com', '--ca-file', 'ca.pem'],
      ...['--cluster', 'myk8s', '--cluster', 'lost=proxied.yaml', '--team', 'ops'],
      ...['--request', 'olivia'],
    ]
    const line = commandLine()
    expect(await line.run('init', ...argv, '--output', file())).toBe(2)
    expect(line.stderr.split('\n').slice(0, 7)).toEqual([
      '--rancher-url: "http://rancher.example.com": expected an https address, such as https://rancher.example.com',
      '--ca-file: "ca.pem" holds no certificate in PEM (-----BEGIN CERTIFICATE-----)',
      '--cluster: "myk8s" is not NAME=KUBECONFIG',
      '--cluster: "proxied.yaml" goes through Rancher (/k8s/clusters/…): it would not work when Rancher has lost the cluster',
      '--team: "ops": expected a workspace id such as T012ABCDEF (or E… of an organisation)',
      '--request: "olivia": expected a Slack user id such as U012ABCDEF (or T…/U…), or local/ACCOUNT for the terminal',
      expect.stringContaining('--rancher-url: is missing'),
    ])
    expect(await readdir(folder)).not.toContain('reagent.yaml')
  })

  it('wants an address, and with Slack somebody who may approve what somebody else asks for', async () => {
    const cases = [
      { argv: [], problem: '--rancher-url: is missing' },
      { argv: [...URL_FLAG, '--team', 'T1'], problem: '--approve: nobody could approve' },
      { argv: [...URL_FLAG, '--team', 'T1', '--approve', 'U1'], problem: 'U1 could approve only' },
      { argv: [...URL_FLAG, '--approve', 'U1'], problem: '"U1" needs the Slack workspace' },
    ]
    for (const { argv, problem } of cases) {
      const line = commandLine()
      expect(await line.run('init', ...argv, '--output', file())).toBe(2)
      expect(line.stderr).toContain(problem)
    }
  })

  it('leaves a configuration that is there as it is, and asks nothing, unless it is told to replace it', async () => {
    await writeFile(file(), 'mine')
    const line = commandLine({ isTTY: true, answers: [] })
    expect(await line.run('init', '--output', file())).toBe(2)
    expect(line.questions).toEqual([])
    expect(line.stderr).toMatch(/exists already .*\n.*--force/)
    expect(await readFile(file(), 'utf8')).toBe('mine')
    expect(await commandLine().run('init', ...FLAGS, '--output', file(), '--force')).toBe(0)
    expect(await readFile(file(), 'utf8')).toContain('T012ABCDEF')
  })

  it('writes the file to stdout and everything else to stderr', async () => {
    const line = commandLine()
    expect(await line.run('init', ...URL_FLAG, '--output', '-')).toBe(0)
    await writeFile(file(), line.stdout)
    const config = readConfig({ RANCHER_TOKEN: 'x', REAGENT_CONFIG: file() }, 'terminal')
    expect(config.rancher?.url).toBe('https://rancher.example.com')
    expect(line.stderr).toContain('RANCHER_TOKEN')
  })

  it('writes what is read as it was said, whatever that is', async () => {
    const name = fc
      .string({ minLength: 1, unit: 'grapheme' })
      // Refused, see the tests of the configuration.
      .filter((text) => !text.includes('=') && text !== '__proto__')
    const person = fc.stringMatching(/^U[A-Z0-9]{1,10}$/)
    const said = fc.record({
      names: fc.uniqueArray(name, { maxLength: 4 }),
      path: name,
      people: fc.uniqueArray(person, { minLength: 2, maxLength: 5 }),
    })
    await fc.assert(
      fc.asyncProperty(said, async ({ names, path, people }) => {
        const argv = [
          ...[...URL_FLAG, '--team', 'T1', '--approve', people.join(',')],
          ...names.map((one) => `--cluster=${one}=/none/${path}`),
        ]
        const line = commandLine()
        expect(await line.run('init', ...argv, '--output', file(), '--force', '--json')).toBe(0)
        const config = readConfig({ ...environmentSaid(line), REAGENT_CONFIG: file() }, 'all')
        expect([...config.clusters.keys()].sort()).toEqual([...names].sort())
        for (const { sources } of config.clusters.values()) {
          expect(sources).toEqual([{ kind: 'file', path: `/none/${path}` }])
        }
        expect([...config.policy.approve]).toEqual(people.map((one) => `T1/${one}`))
      }),
      { numRuns: 50 },
    )
  })
})

describe('reagent init at a terminal', () => {
  it('asks one thing after the other, says where each is found, and what is still to be done', async () => {
    const certificate = createAuthority({ commonName: 'ca', now: new Date() }).certPem
    await writeFile(join(folder, 'ca.pem'), certificate)
    const answers = [
      ...['https://rancher.example.com/', './ca.pem', 'myk8s', 'kubeconfig.yaml', ''],
      ...['T012ABCDEF', '', 'U1', 'U2 U3', ''],
    ]
    const line = commandLine({ isTTY: true, answers })
    expect(await line.run('init', '--output', file())).toBe(0)
    expect(line.questions).toHaveLength(answers.length)
    expect(line.stderr).toMatch(/☰ > Global Settings > server-url.*Copy\s+member ID/s)
    expect(line.stdout).toMatch(
      /Wrote .*From a manifest.*RANCHER_TOKEN.*Create API Key.*SLACK_BOT_TOKEN.*SLACK_APP_TOKEN.*Then test it all: reagent check/s,
    )
    const env = { RANCHER_TOKEN: 'x', SLACK_BOT_TOKEN: 'x', SLACK_APP_TOKEN: 'x' }
    const config = readConfig({ ...env, REAGENT_CONFIG: file() }, 'all')
    expect(config.rancher).toMatchObject({ url: 'https://rancher.example.com', caPem: certificate })
    expect([...config.clusters.keys()]).toEqual(['myk8s'])
    expect(config.slack?.connection.kind).toBe('socket')
    expect([...config.policy.approve]).toEqual(['T012ABCDEF/U2', 'T012ABCDEF/U3'])
    expect([...config.policy.approveAlone]).toEqual([])
  })

  it('explains a wrong answer and asks again', async () => {
    await writeFile(join(folder, 'proxied.yaml'), 'clusters: [server: https://r/k8s/clusters/c-1]')
    const answers = [
      ...['rancher.example.com', 'https://rancher.example.com'],
      ...['kubeconfig.yaml', ''],
      ...['myk8s', 'proxied.yaml', 'gone.yaml', 'kubeconfig.yaml', 'myk8s', ''],
      ...['ops', 'T1', 'sockets', 'http'],
      ...['olivia', 'U1', '', 'U1', 'U2', 'root', 'local/root'],
    ]
    const line = commandLine({ isTTY: true, answers })
    expect(await line.run('init', '--output', file())).toBe(0)
    expect(line.questions).toHaveLength(answers.length)
    expect(line.stderr.match(/(?<=Not taken: ).*/g)).toEqual([
      expect.stringContaining('expected an https address'),
      expect.stringContaining('holds no certificate in PEM'),
      expect.stringContaining('goes through Rancher'),
      expect.stringContaining('there is no file "gone.yaml"'),
      expect.stringContaining('myk8s was named already'),
      expect.stringContaining('expected a workspace id'),
      expect.stringContaining('type socket or http'),
      expect.stringContaining('"olivia": expected a Slack user id'),
      expect.stringContaining('nobody could approve'),
      expect.stringContaining('U1 could approve only what somebody else asks for'),
      expect.stringContaining('"root": expected'),
    ])
    const env = { RANCHER_TOKEN: 'x', SLACK_BOT_TOKEN: 'x', SLACK_SIGNING_SECRET: 'x' }
    const config = readConfig({ ...env, REAGENT_CONFIG: file() }, 'all')
    expect([...config.policy.approveAlone]).toEqual(['local/root'])
  })

  it('takes a file that is not there when it is named a second time', async () => {
    const answers = ['myk8s', 'later.yaml', 'later.yaml', '', '', '']
    const line = commandLine({ isTTY: true, answers })
    const argv = [...URL_FLAG, '--ca-file', 'later.pem']
    expect(await line.run('init', ...argv, '--output', file())).toBe(0)
    expect(line.stderr).toContain('Not there yet, and needed: later.pem, later.yaml')
  })

  it('lets the account of this terminal approve alone where there is no Slack', async () => {
    const line = commandLine({ isTTY: true, answers: ['', '', '', ''] })
    expect(await line.run('init', ...URL_FLAG, '--output', file())).toBe(0)
    expect(line.stdout).not.toContain('SLACK')
    const config = readConfig({ RANCHER_TOKEN: 'x', REAGENT_CONFIG: file() }, 'terminal')
    expect([...config.policy.approveAlone]).toEqual([`local/${userInfo().username}`])
  })

  it('refuses wrong options before it asks anything', async () => {
    const line = commandLine({ isTTY: true, answers: [] })
    expect(await line.run('init', '--team', 'ops', '--output', file())).toBe(2)
    expect(line.questions).toEqual([])
  })

  it('writes nothing when the questions are interrupted, at whichever of them', async () => {
    const all = [
      'https://rancher.example.com',
      '',
      'myk8s',
      'kubeconfig.yaml',
      '',
      'T1',
      '',
      'U1',
      'U2',
      '',
    ]
    for (const [index] of all.entries()) {
      const line = commandLine({ isTTY: true, answers: [...all.slice(0, index), 'ctrl-C'] })
      expect(await line.run('init', '--output', file())).toBe(130)
      expect(line.stderr).toContain('Interrupted. Nothing was written.')
    }
    expect(await readdir(folder)).toEqual(['kubeconfig.yaml'])
  })
})

describe('reagent.example.yaml', () => {
  const example = fileURLToPath(new URL('../../reagent.example.yaml', import.meta.url))
  const env = { RANCHER_TOKEN: 'x', SLACK_BOT_TOKEN: 'x', SLACK_SIGNING_SECRET: 'x' }

  it('is accepted as it is, and says the defaults', async () => {
    const { rancher, slack, ...said } = readConfig({ ...env, REAGENT_CONFIG: example }, 'all')
    await writeFile(file(), 'slack: { team: T012ABCDEF }\nrancher: { url: https://r.example.com }')
    const defaults = readConfig({ ...env, REAGENT_CONFIG: file() }, 'all')
    for (const part of [
      'proof',
      'queue',
      'observe',
      'approvalExpiresInMs',
      'probeLimitMs',
    ] as const) {
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
      ...['concurrency', 'lock', 'sweepEvery', 'address'],
    ]
    for (const key of keys) expect(text).toMatch(new RegExp(`^ +(# )?${key}:`, 'm'))
  })
})
