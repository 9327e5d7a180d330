import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { type LabCluster, startCluster } from '../../lab/cluster/index.ts'
import { type LabRancher, startRancher } from '../../lab/rancher/index.ts'
import { type CheckLine, type CheckParts, checkEverything } from '../../src/checks/index.ts'
import { type Cluster, openCluster } from '../../src/cluster/index.ts'
import { Secret } from '../../src/observe/index.ts'
import { createRancher, type Rancher } from '../../src/rancher/index.ts'
import { Failure, type Policy } from '../../src/recovery/index.ts'

let folder = ''
let lab: LabRancher
let cluster: LabCluster
let rancher: Rancher
const opened: Cluster[] = []

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'reagent-checks-'))
  ;[lab, cluster] = await Promise.all([
    startRancher({ timeScale: 0.05 }),
    startCluster({ withoutKubelet: true }),
  ])
  await writeFile(join(folder, 'kubeconfig.yaml'), cluster.kubeconfig, { mode: 0o600 })
  const { server: apiEndpoint, caPem: apiServerCaPem } = cluster
  lab.addCluster({ name: 'myk8s', apiEndpoint, apiServerCaPem, lost: true })
  lab.addCluster({ name: 'other', apiEndpoint, apiServerCaPem: lab.caPem, lost: true })
  rancher = connect(lab.apiToken)
})
afterEach(() => {
  lab.hang(null)
  lab.setSetting('server-url', lab.url)
})
afterAll(async () => {
  rancher.close()
  for (const one of opened) one.close()
  await Promise.all([lab.close(), cluster.close()])
  await rm(folder, { recursive: true, force: true })
})

function connect(token: string): Rancher {
  return createRancher({
    url: lab.url,
    token: new Secret(token),
    caPem: lab.caPem,
    timeoutMs: 5_000,
  })
}

function open(file = 'kubeconfig.yaml'): () => Promise<Cluster> {
  return async () => {
    const one = await openCluster({
      source: { kind: 'file', path: join(folder, file) },
      timeoutMs: 5_000,
      fingerprintKey: new Uint8Array(32),
    })
    opened.push(one)
    return one
  }
}

const policy: Policy = {
  request: new Set(['T1/U1']),
  approve: new Set(['T1/U2']),
  approveAlone: new Set(),
}
const slack = {
  team: 'Ops',
  teamId: 'T1',
  user: 'reagent',
  scopes: ['commands', 'chat:write', 'users:read'],
}

async function check(changes: Partial<CheckParts> = {}): Promise<readonly CheckLine[]> {
  const parts: CheckParts = {
    redis: async () => ({ version: '7.0.15' }),
    rancher,
    clusters: new Map([['myk8s', open()]]),
    slack: async () => slack,
    expectedTeamId: 'T1',
    policy,
    ...changes,
  }
  const lines: CheckLine[] = []
  for await (const line of checkEverything(parts, new AbortController().signal)) lines.push(line)
  return lines
}

const bad = (lines: readonly CheckLine[]) => lines.filter((line) => !line.ok)

describe('reagent check', () => {
  it('finds everything well where it is, always in the same order', async () => {
    const lines = await check()
    expect(bad(lines)).toEqual([])
    expect(lines.map(({ what }) => what)).toEqual([
      'Redis',
      'Rancher address and certificate',
      'Rancher token',
      'Rancher server-url',
      'Rancher certificate for agents',
      'Cluster myk8s',
      'Slack',
      'Policy',
    ])
    expect(lines[2]?.detail).toBe('sees 2 clusters and the settings')
    expect(lines[5]?.detail).toContain(`v1.20.2 at ${cluster.server}, the same as c-`)
    expect(cluster.writes).toEqual([])
  })

  it('leaves out what a role does not have', async () => {
    const lines = await check({ rancher: null, clusters: new Map(), slack: null })
    expect(lines.map(({ what }) => what)).toEqual(['Redis', 'Policy'])
  })

  it('names a token that Rancher does not accept', async () => {
    const stranger = connect('token-abcde:wrong')
    const lines = bad(await check({ rancher: stranger, clusters: new Map() }))
    stranger.close()
    expect(lines.map(({ what }) => what)).toContain('Rancher token')
    expect(lines[0]?.nextStep).toContain('RANCHER_TOKEN')
  })

  it('says when Rancher tells agents another address', async () => {
    lab.setSetting('server-url', 'https://rancher.elsewhere.example')
    const [line, ...others] = bad(await check())
    expect(others).toEqual([])
    expect(line?.what).toBe('Rancher server-url')
    expect(line?.detail).toContain('https://rancher.elsewhere.example')
  })

  it('refuses a kubeconfig of another cluster, and a cluster that Rancher does not know', async () => {
    const clusters = new Map([
      ['myk8s', open()],
      ['other', open()],
      ['myk9s', open()],
    ])
    const [other, unknown] = bad(await check({ clusters }))
    expect(other?.detail).toContain('but Rancher means')
    expect(unknown?.detail).toContain('Rancher knows no cluster named "myk9s"')
    expect(unknown?.nextStep).toContain('myk8s')
  })

  it('says which kubeconfig cannot be read, and that a server is not there', async () => {
    await writeFile(
      join(folder, 'gone.yaml'),
      cluster.kubeconfig.replaceAll(cluster.server, 'https://127.0.0.1:1'),
      { mode: 0o600 },
    )
    const clusters = new Map([
      ['myk8s', open('gone.yaml')],
      ['other', open('missing.yaml')],
    ])
    const [gone, missing] = bad(await check({ clusters }))
    expect(gone?.detail).toContain('https://127.0.0.1:1')
    expect(missing?.detail).toContain('missing.yaml')
  })

  it('names a wrong workspace, missing scopes and a refused token of Slack', async () => {
    const [wrong] = bad(await check({ expectedTeamId: 'T2' }))
    expect(wrong?.detail).toContain('belongs to Ops (T1), but slack.team is T2')
    const [lacking] = bad(await check({ slack: async () => ({ ...slack, scopes: ['commands'] }) }))
    expect(lacking?.detail).toBe('the token lacks chat:write, users:read')
    const refuse = async () => {
      throw new Error('An API error occurred: invalid_auth')
    }
    const [refused] = bad(await check({ slack: refuse }))
    expect(refused?.detail).toContain('invalid_auth')
  })

  it('wants somebody who may approve what somebody else may ask for', async () => {
    const only = new Set(['T1/U1'])
    const none = new Set<string>()
    const wrong = [
      { request: only, approve: none, approveAlone: none },
      { request: only, approve: only, approveAlone: none },
    ]
    for (const policy of wrong) {
      expect(bad(await check({ policy })).map(({ what }) => what)).toEqual(['Policy'])
    }
    expect(
      bad(await check({ policy: { request: none, approve: none, approveAlone: only } })),
    ).toEqual([])
  })

  it('waits for nothing longer than its limit, and tells everything else meanwhile', async () => {
    lab.hang('/v3')
    const redis = () => new Promise<never>(() => undefined)
    const lines = await check({ redis, limitMs: 700 })
    expect(lines[0]).toMatchObject({ what: 'Redis', ok: false, detail: 'no answer within 700 ms' })
    expect(lines.filter(({ ok }) => ok).map(({ what }) => what)).toEqual([
      'Rancher address and certificate',
      'Slack',
      'Policy',
    ])
  })

  it('says why Redis cannot be used', async () => {
    const redis = async () => {
      throw new Failure('store.redis-missing')
    }
    const [line] = bad(await check({ redis }))
    expect(line?.nextStep).toContain('REDIS_URL')
  })
})
