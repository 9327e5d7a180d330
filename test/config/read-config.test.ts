import { generateKeyPairSync } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inspect } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readConfig } from '../../src/config/index.ts'
import { Failure } from '../../src/recovery/index.ts'

const GOOD = `
rancher: { url: https://rancher.example.com, timeout: 3s }
clusters: { myk8s: { kubeconfig: ./kubeconfig.yaml } }
slack: { team: T012 }
policy: { request: [U1], approve: [U2, T9/U3], approveAlone: [local/root] }
approval: { expiresIn: 15m }
`

const SECRETS = {
  SLACK_BOT_TOKEN: 'xoxb-1',
  SLACK_SIGNING_SECRET: 'shh',
  RANCHER_TOKEN: 'token-abcde:secret',
}

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'reagent-config-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

async function withFile(text: string, env: Record<string, string> = SECRETS) {
  const file = join(folder, 'reagent.yaml')
  await writeFile(file, text)
  return { ...env, REAGENT_CONFIG: file }
}

function problemsOf(read: () => unknown): string {
  try {
    read()
  } catch (error) {
    if (error instanceof Failure && error.code === 'config.invalid')
      return error.facts.problems ?? ''
    throw error
  }
  return ''
}

describe('the configuration', () => {
  it('is read from the file and the environment into one frozen value', async () => {
    const config = readConfig(await withFile(GOOD), 'all')
    expect(config).toMatchObject({
      rancher: { url: 'https://rancher.example.com', timeoutMs: 3_000 },
      approvalExpiresInMs: 900_000,
      proof: { stableForMs: 60_000 },
      redisUrl: null,
    })
    expect(config.clusters.get('myk8s')?.sources).toEqual([
      { kind: 'file', path: join(folder, 'kubeconfig.yaml') },
    ])
    expect([...config.policy.approve]).toEqual(['T012/U2', 'T9/U3'])
    expect(Object.isFrozen(config)).toBe(true)
  })

  it('reports all five mistakes of a file at once, each with its path', async () => {
    const env = await withFile(`
rancher: { url: http://rancher.example.com }
clusters: { myk8s: { kubeconfg: ./kubeconfig.yaml } }
slack: { team: T012, connection: pigeon }
policy: { approve: [somebody] }
approval: { expiresIn: soon }
`)
    const problems = problemsOf(() => readConfig(env, 'all'))
    for (const path of [
      'rancher.url',
      'clusters.myk8s.kubeconfg: unknown key',
      'slack.connection',
      'policy.approve.0',
      'approval.expiresIn',
    ]) {
      expect(problems).toContain(path)
    }
  })

  it('reads the sources of credentials, in their order, for a cluster and for all that have none of their own', async () => {
    const env = await withFile(`
rancher: { url: https://rancher.example.com }
slack: { team: T012 }
credentials: [ { file: './{cluster}.yaml' }, rancher ]
clusters:
  own:
    uid: 1d0f6cf5-5c5c-4d0e-9c5e-0a8f6c1d2e3f
    sources:
      - file: /etc/own.yaml
      - secret: { namespace: ops, name: 'kubeconfig-{cluster}' }
      - rke-state: { command: [docker, exec, -i, rancher, kubectl] }
      - rke-state: { kubeconfig: local.yaml }
      - ace: { generate: true }
      - ace: { file: ace.yaml }
  plain: {}
`)
    const config = readConfig(env, 'all')
    const command = ['docker', 'exec', '-i', 'rancher', 'kubectl']
    expect(config.clusters.get('own')).toEqual({
      uid: '1d0f6cf5-5c5c-4d0e-9c5e-0a8f6c1d2e3f',
      timeoutMs: 10_000,
      sources: [
        { kind: 'file', path: '/etc/own.yaml' },
        { kind: 'secret', namespace: 'ops', name: 'kubeconfig-own', key: null, kubeconfig: null },
        { kind: 'rke-state', from: { kind: 'command', command } },
        { kind: 'rke-state', from: { kind: 'kubeconfig', path: join(folder, 'local.yaml') } },
        { kind: 'ace', path: null },
        { kind: 'ace', path: join(folder, 'ace.yaml') },
      ],
    })
    const common = (name: string) => [
      { kind: 'file', path: join(folder, `${name}.yaml`) },
      { kind: 'rancher' },
    ]
    expect(config.clusters.get('plain')?.sources).toEqual(common('plain'))
    expect(config.otherClusters('new')?.sources).toEqual(common('new'))
    expect(config.otherClusters('../etc/x')?.sources).toEqual([{ kind: 'rancher' }])
    expect(readConfig(await withFile(GOOD), 'all').otherClusters('new')).toBe(null)
  })

  it('reports every mistake in the sources of credentials, each with its path', async () => {
    const env = await withFile(`
rancher: { url: https://rancher.example.com }
slack: { team: T012 }
credentials: [ pigeon, { file: 'a/{name}.yaml' } ]
clusters:
  one: { sources: [ { file: a.yaml, secret: { namespace: ops, name: a } } ], uid: 7 }
  two: { sources: [ { secret: { name: a } }, { rke-state: {} }, { ace: {} }, { vault: x } ] }
`)
    const problems = problemsOf(() => readConfig(env, 'all')).split('\n')
    for (const path of [
      'credentials.0',
      'credentials.1.file: only {cluster} may stand in braces',
      'clusters.one.sources.0: expected one of file, secret, rke-state, ace or rancher',
      'clusters.one.uid',
      'clusters.two.sources.0.secret.namespace',
      'clusters.two.sources.1.rke-state: expected a kubeconfig of Rancher’s own cluster, or a command',
      'clusters.two.sources.2.ace: expected a file, or generate: true',
      'clusters.two.sources.3.vault: unknown key',
    ]) {
      expect(problems, path).toContainEqual(expect.stringContaining(`- ${path}`))
    }
  })

  it('asks for a source of credentials where there is none, and for one place to name them', async () => {
    const env = await withFile(`
rancher: { url: https://rancher.example.com }
slack: { team: T012 }
clusters:
  none: {}
  both: { kubeconfig: a.yaml, sources: [ rancher ] }
  'a/b': { sources: [ { file: '{cluster}.yaml' } ] }
`)
    expect(problemsOf(() => readConfig(env, 'all')).split('\n')).toEqual([
      '- clusters.none.kubeconfig: is required where neither sources nor credentials name a source',
      '- clusters.both.sources: stands beside kubeconfig; write that as a source {file: …}',
      '- clusters.a/b.sources: is required: {cluster} cannot stand for this name',
    ])
  })

  it('refuses a cluster whose name JavaScript keeps for itself, in place of leaving it out', async () => {
    const env = await withFile('clusters: { __proto__: { kubeconfig: ./kubeconfig.yaml } }')
    expect(problemsOf(() => readConfig(env, 'all'))).toContain('clusters.__proto__: no key')
  })

  it('reports a missing and an empty secret beside the mistakes of the file', async () => {
    const env = await withFile('approval: { expiresIn: soon }', { SLACK_SIGNING_SECRET: '' })
    const problems = problemsOf(() => readConfig(env, 'all'))
    for (const name of ['SLACK_SIGNING_SECRET', 'SLACK_BOT_TOKEN', 'RANCHER_TOKEN', 'expiresIn']) {
      expect(problems).toContain(name)
    }
  })

  it('names line and column of broken YAML without quoting it', async () => {
    const problems = problemsOf(() => readConfig({ ...SECRETS, ...envFor }, 'all'))
    expect(problems).toMatch(/not valid YAML at line \d+, column \d+/)
    expect(problems).not.toContain('hidden-word')
  })

  const envFor = { REAGENT_CONFIG: '' }
  beforeAll(async () => {
    const file = join(folder, 'broken.yaml')
    await writeFile(file, 'rancher: { url: [hidden-word\n  : : }')
    envFor.REAGENT_CONFIG = file
  })

  it('takes a secret from a file and never prints it', async () => {
    const file = join(folder, 'token')
    await writeFile(file, 'token-abcde:marked\n')
    const { RANCHER_TOKEN: _left, ...others } = SECRETS
    const env = await withFile(GOOD, { ...others, RANCHER_TOKEN_FILE: file })
    const config = readConfig(env, 'all')
    expect(config.rancher?.token.reveal()).toBe('token-abcde:marked')
    expect(inspect(config, { depth: 9 }) + JSON.stringify(config)).not.toContain('marked')
  })

  it('says so when a role is started with credentials that it must not have', async () => {
    const { privateKey, publicKey } = generateKeyPairSync('ed25519')
    const keys = {
      REAGENT_SIGNING_KEY: String(privateKey.export({ type: 'pkcs8', format: 'pem' })),
      REAGENT_VERIFY_KEY: String(publicKey.export({ type: 'spki', format: 'pem' })),
    }
    const env = await withFile(GOOD, { ...SECRETS, ...keys })
    expect(problemsOf(() => readConfig(env, 'bot'))).toBe(
      '- RANCHER_TOKEN: must not be given to a bot: it belongs to the other role',
    )
    expect(problemsOf(() => readConfig(env, 'worker'))).toContain(
      'SLACK_BOT_TOKEN: must not be given to a worker',
    )
  })

  it('takes the address of health and metrics from the environment first, and says where one is wrong', async () => {
    const file = `${GOOD}observe: { address: "[::1]:9000" }\n`
    expect(readConfig(await withFile(GOOD), 'all').observe).toEqual({
      host: '127.0.0.1',
      port: 9464,
    })
    expect(readConfig(await withFile(file), 'all').observe).toEqual({ host: '::1', port: 9000 })
    const inEnvironment = (text: string) => ({ ...SECRETS, REAGENT_OBSERVE_ADDRESS: text })
    const off = readConfig(await withFile(file, inEnvironment('off')), 'all')
    expect(off.observe).toBeNull()
    for (const wrong of ['', '9464', 'localhost', 'localhost:', 'localhost:70000', '::1:9464']) {
      const env = await withFile(file, inEnvironment(wrong))
      expect(
        problemsOf(() => readConfig(env, 'all')),
        wrong,
      ).toMatch(/REAGENT_OBSERVE_ADDRESS: /)
    }
    const env = await withFile(`${GOOD}observe: { address: nowhere }\n`)
    expect(problemsOf(() => readConfig(env, 'all'))).toContain(
      'observe.address: expected HOST:PORT',
    )
  })

  it('lets nobody do anything where no policy is written', async () => {
    const config = readConfig(
      await withFile('slack: { team: T012 }\nrancher: { url: https://r.example.com }'),
      'all',
    )
    expect(config.policy.request.size + config.policy.approve.size).toBe(0)
  })
})
