import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type LabCluster, type LabClusterOptions, startCluster } from '../../lab/cluster/index.ts'
import { type LabRancher, startRancher } from '../../lab/rancher/index.ts'
import { type Cluster, fingerprintOf, openCluster, recordsAt } from '../../src/cluster/index.ts'
import { diagnose } from '../../src/diagnosis/index.ts'
import { readManifest } from '../../src/manifest/index.ts'
import { Secret } from '../../src/observe/index.ts'
import { buildPlan } from '../../src/planning/index.ts'
import { createRancher, type Rancher } from '../../src/rancher/index.ts'
import { recorded } from '../fixtures/recorded.ts'

const signal = new AbortController().signal
const key = Buffer.from('test')
const assetsDirectory = process.env.KUBEBUILDER_ASSETS
const real = { kind: 'real', assetsDirectory: assetsDirectory ?? '' } as const
const releases = ['old', '1.14', '1.20', '1.33'] as const

const servers: readonly { readonly title: string; readonly options: LabClusterOptions }[] = [
  ...releases.map((kubernetesVersion) => ({
    title: `a simulated ${kubernetesVersion}`,
    options: { kubernetesVersion },
  })),
  { title: 'one that claims 1.20 and ignores dry run', options: { dryRun: 'ignored' } },
  ...(assetsDirectory
    ? [
        { title: 'a real 1.20', options: real },
        {
          title: 'a real 1.20 that ignores dry run',
          options: { ...real, dryRun: 'ignored' as const },
        },
      ]
    : []),
]

describe.each(servers)('on $title', ({ options }) => {
  let lab: LabCluster
  let labRancher: LabRancher
  let rancher: Rancher
  let cluster: Cluster
  let folder: string
  let clusterId: string

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'reagent-test-'))
    ;[lab, labRancher] = await Promise.all([
      startCluster({ ...options, withoutKubelet: true }),
      startRancher({ timeScale: 0.01 }),
    ])
    const caPem = labRancher.caPem
    clusterId = labRancher.addCluster({
      name: 'myk8s',
      lost: true,
      apiEndpoint: lab.server,
      apiServerCaPem: lab.caPem,
    }).id
    rancher = createRancher({
      url: labRancher.url,
      token: new Secret(labRancher.apiToken),
      caPem,
      timeoutMs: 10_000,
    })
    const path = join(folder, 'kubeconfig')
    await writeFile(path, lab.kubeconfig)
    cluster = await open(path)
  })
  afterEach(async () => {
    cluster?.close()
    rancher?.close()
    await Promise.all([lab?.close(), labRancher?.close()])
    await rm(folder, { recursive: true, force: true })
  })

  /** What is stored: every object of every kind that can be listed, with its resource version. */
  async function stored(): Promise<readonly string[]> {
    const { body } = await lab.api('GET', '/apis')
    const groups = recordsAt(body, 'groups').flatMap((group) => recordsAt(group, 'versions'))
    const roots = ['/api/v1', ...groups.map(({ groupVersion }) => `/apis/${groupVersion}`)]
    const collections = await Promise.all(
      roots.map(async (root) =>
        recordsAt((await lab.api('GET', root)).body, 'resources')
          .filter(({ verbs }) => Array.isArray(verbs) && verbs.includes('list'))
          .map(({ name }) => `${root}/${name}`),
      ),
    )
    const lists = await Promise.all(
      collections.flat().map(async (path) => {
        const items = recordsAt((await lab.api('GET', path)).body, 'items')
        return items.map(({ metadata }) => `${path} ${JSON.stringify(metadata)}`)
      }),
    )
    return lists.flat().sort()
  }

  async function plan() {
    return buildPlan({
      rancher,
      cluster,
      rancherCluster: await rancher.cluster(clusterId, signal),
      signal,
    })
  }

  function diagnosed() {
    return diagnose(
      {
        cluster: 'myk8s',
        rancher,
        openCluster: async () => cluster,
        caPem: labRancher.caPem,
        fingerprint: (value) =>
          fingerprintOf(key, typeof value === 'string' ? value : value.reveal()),
        clock: () => performance.now(),
      },
      signal,
    )
  }

  it('planning and diagnosing store nothing, neither where nothing is nor where agents are', async () => {
    const empty = await stored()
    const created = await plan()
    await diagnosed()
    expect(created.plan.effects.objects.map(({ action }) => action)).toContain('create')
    expect(await stored()).toEqual(empty)

    await lab.applyAsKubectl(oldAgents())
    const populated = await stored()
    const updated = await plan()
    await diagnosed()
    expect(updated.plan.effects.objects.map(({ action }) => action)).toContain('update')
    expect(await stored()).toEqual(populated)
  })
})

/** Agents of another Rancher, in versions that every server here has. */
function oldAgents() {
  return readManifest(recorded('rancher-v2.12.0/import.yaml'))
}

describe('a server that checks dry run and then ignores it', () => {
  let lab: LabCluster
  let cluster: Cluster
  let folder: string
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'reagent-test-'))
    lab = await startCluster({ dryRun: 'checked', withoutKubelet: true })
    const path = join(folder, 'kubeconfig')
    await writeFile(path, lab.kubeconfig)
    cluster = await open(path)
  })
  afterEach(async () => {
    cluster?.close()
    await lab?.close()
    await rm(folder, { recursive: true, force: true })
  })
  const account = (labels: Readonly<Record<string, string>>) => ({
    apiVersion: 'v1',
    kind: 'ServiceAccount',
    metadata: { name: 'cattle', namespace: 'kube-system', labels },
  })

  it.each([
    ['created', []],
    ['changed', [account({ a: '1' })]],
  ])('is noticed and reported when something was %s', async (_what, before) => {
    await lab.applyAsKubectl(before)

    await expect(cluster.preview([account({ a: '2' })], signal)).rejects.toMatchObject({
      code: 'cluster.dry-run-ignored',
      facts: { object: 'ServiceAccount kube-system/cattle', server: lab.server },
    })
  })
})

describe('a change by somebody else during a dry run', () => {
  it('is not taken for a dry run that was ignored', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'reagent-test-'))
    const lab = await startCluster({ withoutKubelet: true })
    const path = join(folder, 'kubeconfig')
    await writeFile(path, lab.kubeconfig)
    const cluster = await open(path)
    const account = { apiVersion: 'v1', kind: 'ServiceAccount' }
    const metadata = { name: 'cattle', namespace: 'kube-system' }
    await lab.applyAsKubectl([{ ...account, metadata }])
    const live = await cluster.read([{ ...account, metadata }], signal)
    await lab.applyAsKubectl([{ ...account, metadata: { ...metadata, labels: { b: '1' } } }])

    const wanted = { ...account, metadata: { ...metadata, labels: { a: '1' } } }
    const { objects } = await cluster.preview([wanted], signal, live)

    expect(objects.map(({ action }) => action)).toEqual(['update'])
    cluster.close()
    await lab.close()
    await rm(folder, { recursive: true })
  })
})

function open(path: string): Promise<Cluster> {
  const source = { kind: 'file', path } as const
  return openCluster({ source, timeoutMs: 10_000, fingerprintKey: key })
}
