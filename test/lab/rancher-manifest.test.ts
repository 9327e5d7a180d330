import { readFileSync } from 'node:fs'
import { loadAll } from 'js-yaml'
import { describe, expect, test } from 'vitest'
import { startRancher } from '../../lab/rancher/index.ts'
import { ask } from '../rancher/support/ask.ts'

interface Workload {
  readonly kind: string
  readonly apiVersion: string
  readonly metadata: { readonly name: string }
  readonly data?: Readonly<Record<string, string>>
  readonly spec?: {
    readonly template?: {
      readonly spec: {
        readonly containers: readonly {
          readonly env: readonly { readonly name: string; readonly value?: string }[]
        }[]
      }
    }
  }
}

const recorded = (version: string) =>
  readFileSync(
    new URL(`../../lab/fixtures/rancher-v${version}/import.yaml`, import.meta.url),
    'utf8',
  )

/** Fetches the manifest of a new cluster of that kind as people do. */
async function manifestOf(version: string, kind: 'imported' | 'rke1' = 'imported') {
  const rancher = await startRancher({ version })
  try {
    const { id, registrationToken } = rancher.addCluster({ name: 'myk8s', kind })
    const get = (path: string) => ask(`${rancher.url}${path}`, { caPem: rancher.caPem })
    const bare = await get(`/v3/import/${registrationToken}.yaml`)
    const byCluster = await get(`/v3/import/${registrationToken}_${id}.yaml`)
    const answer = bare.status === 200 ? bare : byCluster
    const objects = loadAll(answer.body).filter((object) => object !== null) as Workload[]
    return { rancher, bare, byCluster, text: answer.body, objects, token: registrationToken }
  } finally {
    await rancher.close()
  }
}

const namesOf = (objects: readonly Workload[]) =>
  objects.map(({ kind, metadata }) => `${kind} ${metadata.name.replace(/-[0-9a-f]{7,10}$/, '')}`)
const variablesOf = (objects: readonly Workload[]) =>
  objects
    .find(({ kind }) => kind === 'Deployment')
    ?.spec?.template?.spec.containers[0]?.env.map(({ name }) => name)

describe('the manifest that the lab’s Rancher serves', () => {
  test.each(['2.1.5', '2.12.0'])('of %s is the recorded one', async (version) => {
    const { text } = await manifestOf(version)
    const lines = text.split('\n')
    const expected = recorded(version).split('\n')
    expect(lines).toHaveLength(expected.length)
    const isOfThisServer =
      /CATTLE_|value: "?(https|[0-9a-f]{64})|value: (v2|dev|[0-9a-f]{8}-|cattle-cred)|cattle-credentials-|^ {2}(url|token): |sslip/
    expect(lines.filter((line) => !isOfThisServer.test(line))).toEqual(
      expected.filter((line) => !isOfThisServer.test(line)),
    )
  })

  test.each([
    { version: '2.1.6', like: '2.1.5' },
    { version: '2.12.1', like: '2.12.0' },
  ])(
    'of $version, made from the table, has the objects recorded on $like',
    async ({ version, like }) => {
      const made = await manifestOf(version)
      const served = await manifestOf(like)
      const comparable = (objects: readonly Workload[]) =>
        JSON.stringify(objects)
          .replaceAll(/cattle-credentials-[0-9a-f]+/g, 'cattle-credentials-HASH')
          .replaceAll(/https:\/\/127\.0\.0\.1:\d+/g, 'URL')
          .replaceAll(/[0-9a-f]{64}/g, 'CHECKSUM')
          .replaceAll(/"url":"[^"]+"/g, '"url":"URL"')
          .replaceAll(version, like)
      expect(JSON.parse(comparable(made.objects))).toEqual(JSON.parse(comparable(served.objects)))
    },
  )

  test.each([
    {
      version: '2.1.12',
      proxy: true,
      kind: 'imported',
      nodeAgent: true,
      apps: 'extensions/v1beta1',
    },
    {
      version: '2.2.6',
      proxy: false,
      kind: 'imported',
      nodeAgent: true,
      apps: 'extensions/v1beta1',
    },
    { version: '2.3.11', proxy: true, kind: 'imported', nodeAgent: true, apps: 'apps/v1' },
    { version: '2.5.5', proxy: true, kind: 'rke1', nodeAgent: false, apps: 'apps/v1' },
    { version: '2.5.16', proxy: true, kind: 'imported', nodeAgent: false, apps: 'apps/v1' },
    { version: '2.5.16', proxy: true, kind: 'rke1', nodeAgent: true, apps: 'apps/v1' },
    { version: '2.11.5', proxy: true, kind: 'rke1', nodeAgent: true, apps: 'apps/v1' },
    { version: '2.14.1', proxy: true, kind: 'imported', nodeAgent: false, apps: 'apps/v1' },
  ] as const)(
    'of $version for a cluster of kind $kind: node agent $nodeAgent, $apps',
    async ({ version, proxy, kind, nodeAgent, apps }) => {
      const { objects } = await manifestOf(version, kind)
      const names = namesOf(objects)
      expect(names.includes('DaemonSet cattle-node-agent')).toBe(nodeAgent)
      expect(names.includes('ClusterRole proxy-clusterrole-kubeapiserver')).toBe(proxy)
      expect(objects.find(({ kind: found }) => found === 'Deployment')?.apiVersion).toBe(apps)
      expect(names).not.toContain('DaemonSet kube-api-auth')
    },
  )

  test.each([
    { version: '2.5.5', added: [] },
    { version: '2.5.6', added: ['CATTLE_SERVER_VERSION', 'CATTLE_INSTALL_UUID'] },
    { version: '2.9.8', added: ['STRICT_VERIFY', 'CATTLE_CLUSTER_REGISTRY'] },
    { version: '2.9.9', added: ['CATTLE_CREDENTIAL_NAME'] },
    { version: '2.12.5', added: ['CATTLE_SUC_APP_NAME_OVERRIDE'] },
    { version: '2.16.0', added: ['CATTLE_SYSTEM_DEFAULT_REGISTRY'] },
  ])('of $version tells agents $added', async ({ version, added }) => {
    const { objects } = await manifestOf(version)
    expect(variablesOf(objects)).toEqual(expect.arrayContaining(added))
    const later = ['CATTLE_CREDENTIAL_NAME', 'CATTLE_INSTALL_UUID', 'STRICT_VERIFY']
    const absent = {
      '2.5.5': later,
      '2.5.6': ['STRICT_VERIFY'],
      '2.9.8': ['CATTLE_CREDENTIAL_NAME'],
    }
    for (const name of absent[version as keyof typeof absent] ?? []) {
      expect(variablesOf(objects)).not.toContain(name)
    }
  })

  test.each([
    { version: '2.3.11', length: 7 },
    { version: '2.9.8', length: 7 },
    { version: '2.9.9', length: 10 },
    { version: '2.11.0', length: 7 },
    { version: '2.14.1', length: 10 },
  ])('of $version names its secret by $length digits', async ({ version, length }) => {
    const { objects } = await manifestOf(version)
    const secret = objects.find(({ kind }) => kind === 'Secret')
    expect(secret?.metadata.name).toMatch(new RegExp(`^cattle-credentials-[0-9a-f]{${length}}$`))
    expect('namespace' in (secret?.data ?? {})).toBe(version !== '2.3.11')
  })

  test('is found by token alone until 2.5.5, and by token and cluster from 2.5.6 on', async () => {
    const old = await manifestOf('2.5.5')
    expect(old.bare.status).toBe(200)
    const later = await manifestOf('2.5.6')
    expect(later.byCluster.status).toBe(200)
    expect(later.bare.status).toBe(404)
    expect(later.bare.json()).toMatchObject({ message: 'failed to find schema import' })
  })

  test('is refused for a wrong token by the patches that look', async () => {
    const rancher = await startRancher({ version: '2.13.8' })
    const { id } = rancher.addCluster({ name: 'myk8s' })
    const answer = await ask(`${rancher.url}/v3/import/wrong_${id}.yaml`, { caPem: rancher.caPem })
    await rancher.close()
    expect(answer).toMatchObject({ status: 400, body: 'cluster not found or invalid token' })
  })
})
