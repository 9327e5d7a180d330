import { afterEach, describe, expect, test } from 'vitest'
import { type LabCluster, type LabClusterOptions, startCluster } from '../../lab/cluster/index.ts'
import { type LabRancher, type NewCluster, startRancher } from '../../lab/rancher/index.ts'
import { addClusters, connectAgents } from '../../lab/world/index.ts'
import { connectAgent } from '../rancher/support/agent.ts'
import { ask } from '../rancher/support/ask.ts'
import { until } from '../rancher/support/until.ts'
import { NAMESPACE } from './agents.ts'

let lab: LabRancher
afterEach(() => lab.close())

const start = async (version: string) => {
  lab = await startRancher({ version })
}
const anonymously = (path: string) => ask(`${lab.url}${path}`, { caPem: lab.caPem })
const get = (path: string) =>
  ask(`${lab.url}${path}`, { caPem: lab.caPem, authorization: `Bearer ${lab.apiToken}` })

describe('the API of a version', () => {
  test.each([
    { version: '2.5.16', message: 'must authenticate' },
    { version: '2.6.0', message: 'Unauthorized 401: must authenticate' },
    { version: '2.12.0', message: 'Unauthorized 401: must authenticate' },
  ])('of $version says "$message" to who has no token', async ({ version, message }) => {
    await start(version)
    const refused = await anonymously('/v3/clusters')
    expect(refused.status).toBe(401)
    expect(refused.json()).toEqual({ type: 'error', status: '401', message })
  })

  test.each([
    { version: '2.5.16', caCerts: 404, rancherVersion: 404 },
    { version: '2.6.14', caCerts: 200, rancherVersion: 404 },
    { version: '2.7.0', caCerts: 200, rancherVersion: 200 },
  ])(
    'of $version answers $caCerts to /cacerts and $rancherVersion to /rancherversion',
    async ({ version, caCerts, rancherVersion }) => {
      await start(version)
      const answer = await anonymously('/cacerts')
      expect(answer.status).toBe(caCerts)
      if (caCerts === 200) expect(answer.body).toBe(lab.caPem.trimEnd())
      const told = await anonymously('/rancherversion')
      expect(told.status).toBe(rancherVersion)
      if (rancherVersion === 200) expect(told.json()).toMatchObject({ Version: `v${version}` })
    },
  )

  test.each([
    { version: '2.7.15', mode: null },
    { version: '2.7.16', mode: 'system-store' },
    { version: '2.8.5', mode: null },
    { version: '2.8.6', mode: 'system-store' },
    { version: '2.9.0', mode: 'strict' },
  ])('of $version has agent-tls-mode $mode', async ({ version, mode }) => {
    await start(version)
    const answer = await get('/v3/settings/agent-tls-mode')
    expect(answer.status).toBe(mode === null ? 404 : 200)
    if (mode !== null) expect(answer.json()).toMatchObject({ value: mode })
  })

  test('can name itself dev in its settings and by its number elsewhere, as the recorded 2.12.0 did', async () => {
    lab = await startRancher({ version: '2.12.0', serverVersionSetting: 'dev' })
    const { id, registrationToken } = lab.addCluster({ name: 'myk8s' })
    expect((await get('/v3/settings/server-version')).json()).toMatchObject({ value: 'dev' })
    expect((await anonymously('/rancherversion')).json()).toMatchObject({ Version: 'v2.12.0' })
    const manifest = await anonymously(`/v3/import/${registrationToken}_${id}.yaml`)
    expect(manifest.body).toContain('- name: CATTLE_SERVER_VERSION\n            value: dev\n')
  })

  test.each([
    { version: '2.4.17', status: 200 },
    { version: '2.5.0', status: 400 },
    { version: '2.12.0', status: 400 },
  ])('of $version refuses an unknown token with $status', async ({ version, status }) => {
    await start(version)
    const attempt = { url: lab.url, caPem: lab.caPem, token: 'unknown' }
    const body = 'cluster not found'
    expect(await connectAgent(attempt)).toMatchObject({ kind: 'refused', status, body })
  })

  test.each([
    { version: '2.1.5', kind: 'rke1', driver: 'rancherKubernetesEngine', provider: undefined },
    { version: '2.5.16', kind: 'k3s', driver: 'k3s', provider: 'k3s' },
    { version: '2.12.0', kind: 'rke2', driver: 'imported', provider: 'rke2' },
    { version: '2.12.0', kind: 'imported', driver: 'imported', provider: '' },
    { version: '2.14.1', kind: 'hosted', driver: 'EKS', provider: 'eks' },
  ] as const)(
    'of $version calls a cluster of kind $kind $driver',
    async ({ version, kind, driver, provider }) => {
      await start(version)
      const { id } = lab.addCluster({ name: 'myk8s', kind, lost: true })
      const cluster = (await get(`/v3/clusters/${id}`)).json<Record<string, unknown>>()
      expect(cluster.driver).toBe(driver)
      expect(cluster.provider).toBe(provider)
      expect('agentFeatures' in cluster).toBe(version === '2.12.0' || version === '2.14.1')
    },
  )

  test('does not show agentFeatures of a cluster that is to hide them', async () => {
    await start('2.12.0')
    const { id } = lab.addCluster({ name: 'myk8s', lost: true, hidesAgentFeatures: true })
    expect((await get(`/v3/clusters/${id}`)).json()).not.toHaveProperty('agentFeatures')
  })

  test('has no clusters built with RKE from 2.12 on', async () => {
    await start('2.12.0')
    expect(() => lab.addCluster({ name: 'myk8s', kind: 'rke1' })).toThrow(/RKE/)
  })
})

test('equal seeds give equal tokens for pushes, in whatever order agents come', async () => {
  const node = { name: 'w1', labels: {}, taints: [], runtime: '', osImage: '', kubeletVersion: '' }
  const tokensOf = async (order: (tokens: readonly string[]) => readonly string[]) => {
    lab = await startRancher({ version: '2.12.0', timeScale: 0.01, seed: 3 })
    const pushed: string[] = []
    lab.deployWith(async (clusterId) => {
      pushed.push(clusterId)
    })
    const added = ['one', 'two'].map((name) => lab.addCluster({ name, nodes: [node] }))
    for (const token of order(added.map(({ registrationToken }) => registrationToken))) {
      await connectAgent({ url: lab.url, caPem: lab.caPem, token })
      const count = pushed.length
      await until('a push', () => pushed.length > count)
    }
    const { data } = (await get('/v3/clusterregistrationtokens')).json<{
      data: { id: string; token: string }[]
    }>()
    await lab.close()
    return new Map(data.map(({ id, token }) => [id, token]))
  }
  const once = await tokensOf((tokens) => tokens)
  expect([...once.keys()].filter((id) => id.endsWith(':system'))).toHaveLength(2)
  expect(await tokensOf((tokens) => tokens.toReversed())).toEqual(once)
})

interface PodSpec {
  readonly tolerations: readonly object[]
  readonly imagePullSecrets?: readonly object[]
  readonly priorityClassName?: string
}

/** The pod template that Rancher 2.12.0 pushed to a cluster so configured. */
async function pushedPodSpec(
  options: LabClusterOptions,
  configured: Partial<NewCluster> = {},
): Promise<PodSpec> {
  const timeScale = 0.02
  let cluster: LabCluster | null = null
  try {
    lab = await startRancher({ version: '2.12.0', timeScale })
    cluster = await startCluster({ timeScale, ...options })
    const [added] = addClusters(lab, [cluster], configured)
    if (!added) throw new Error('no cluster was added')
    await connectAgents(lab, added)
    const deployment = await cluster.find({
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      namespace: NAMESPACE,
      name: 'cattle-cluster-agent',
    })
    const spec = deployment?.spec as { readonly template: { readonly spec: PodSpec } } | undefined
    if (!spec) throw new Error('Rancher pushed no Deployment')
    return spec.template.spec
  } finally {
    await cluster?.close()
  }
}

describe('the manifest that Rancher pushes', () => {
  test('tolerates the taints of control planes, but not what Kubernetes sets itself', async () => {
    const labels = { 'node-role.kubernetes.io/control-plane': 'true' }
    const { tolerations } = await pushedPodSpec({
      nodes: [
        {
          name: 'cp1',
          labels,
          taints: [
            { key: 'dedicated', value: 'infra', effect: 'NoSchedule' },
            { key: 'node.kubernetes.io/unreachable', effect: 'NoExecute' },
          ],
        },
        // Takes the first agent, whose manifest tolerates neither.
        { name: 'w1' },
      ],
    })
    expect(tolerations).toEqual([
      { effect: 'NoSchedule', key: 'dedicated', operator: 'Equal', value: 'infra' },
    ])
  })

  test('has the pull secret and the priority class that Rancher was told of', async () => {
    const { imagePullSecrets, priorityClassName } = await pushedPodSpec(
      {},
      {
        registryCredentials: Buffer.from('{"auths":{}}').toString('base64'),
        hasPriorityClass: true,
      },
    )
    expect(imagePullSecrets).toEqual([{ name: 'cattle-private-registry' }])
    expect(priorityClassName).toBe('cattle-cluster-agent-priority-class')
  })
})
