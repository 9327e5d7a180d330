import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type LabCluster, startCluster } from '../../lab/cluster/index.ts'
import { type LabRancher, startRancher } from '../../lab/rancher/index.ts'
import { kinds } from '../contract/kinds.ts'
import { agentObjects, checksumOf } from './agent-objects.ts'
import {
  containerOf,
  eventsOf,
  eventually,
  NAMESPACE,
  podsOf,
  statusOf,
  untilRolledOut,
} from './agents.ts'

const CLUSTER_AGENT = 'cattle-cluster-agent'
const NODE_AGENT = 'cattle-agent'
const SECRET = {
  apiVersion: 'v1',
  kind: 'Secret',
  namespace: NAMESPACE,
  name: 'cattle-credentials-abc',
}
const DEPLOYMENT = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  namespace: NAMESPACE,
  name: 'cattle-cluster-agent',
}

describe.each(kinds)('agents in a $kind cluster', ({ options }) => {
  let rancher: LabRancher
  let cluster: LabCluster
  let id: string
  let token: string

  beforeAll(async () => {
    cluster = await startCluster({ ...options, timeScale: 0.02 })
  })
  afterAll(() => cluster.close())
  beforeEach(async () => {
    rancher = await startRancher({ timeScale: 0.02 })
    const added = rancher.addCluster({ name: 'myk8s' })
    id = added.id
    token = added.registrationToken
  })
  afterEach(async () => {
    cluster.crashAgents(null)
    cluster.blockEgress(false)
    cluster.holdAgents(false)
    await cluster.deleteObject({ apiVersion: 'v1', kind: 'Namespace', name: NAMESPACE })
    await eventually(() => rancher.sessions(id).length).toBe(0)
    await rancher.close()
  })
  const manifest = (changes: Partial<Parameters<typeof agentObjects>[0]> = {}) =>
    agentObjects({ rancherUrl: rancher.url, token, caPem: rancher.caPem, ...changes })
  const logOf = async (app: string, query = '') => {
    const [pod] = await podsOf(cluster, app)
    const path = `/api/v1/namespaces/${NAMESPACE}/pods/${pod?.metadata.name}/log${query}`
    return cluster.api('GET', path)
  }

  test('connect to Rancher, become ready and stay when told nothing new', async () => {
    await cluster.applyAsKubectl(manifest())
    await untilRolledOut(cluster)
    await eventually(() =>
      rancher
        .sessions(id)
        .map(({ kind }) => kind)
        .sort(),
    ).toEqual(['cluster', 'node', 'node', 'node'])
    await eventually(() => rancher.clusterState(id)).toBe('active')
    const nodes = (await podsOf(cluster, NODE_AGENT)).map(({ spec }) => spec.nodeName)
    expect([...nodes].sort()).toEqual(['w1', 'w2', 'w3'])

    const { status, text } = await logOf(CLUSTER_AGENT, '?tailLines=1')
    expect(status).toBe(200)
    expect(text).toMatch(
      /^time=".*" level=info msg="Connecting to proxy" url="wss:.*\/register"\n$/,
    )

    const before = (await podsOf(cluster, CLUSTER_AGENT)).map(({ metadata }) => metadata.name)
    await cluster.applyAsKubectl(manifest())
    const after = (await podsOf(cluster, CLUSTER_AGENT)).map(({ metadata }) => metadata.name)
    expect(after).toEqual(before)
  })

  test('with the checksum of another CA crash as recorded, and come back once it is right', async () => {
    const wrong = 'another CA'
    await cluster.applyAsKubectl(manifest({ caPem: wrong }))
    await eventually(() => containerOf(cluster, CLUSTER_AGENT)).toMatchObject({
      ready: false,
      state: { waiting: { reason: 'CrashLoopBackOff' } },
      lastState: { terminated: { exitCode: 1, reason: 'Error' } },
    })
    const { text } = await logOf(CLUSTER_AGENT)
    expect(text.split('\n').slice(2)).toEqual([
      `INFO: ${rancher.url}/ping is accessible`,
      `INFO: Value from ${rancher.url}/v3/settings/cacerts is an x509 certificate`,
      `ERROR: Configured cacerts checksum (${checksumOf(rancher.caPem)}) does not match given --ca-checksum (${checksumOf(wrong)})`,
      `ERROR: Please check if the correct certificate is configured at ${rancher.url}/v3/settings/cacerts`,
      '',
    ])
    expect(rancher.sessions(id)).toEqual([])

    await cluster.applyAsKubectl(manifest())
    await untilRolledOut(cluster)
    await eventually(() => rancher.sessions(id).length).toBe(4)
    await eventually(async () => (await podsOf(cluster, CLUSTER_AGENT)).length).toBe(1)
  })

  test.each([
    {
      certificate: 'that has expired',
      presented: { validFrom: new Date('2020-01-01T00:00:00Z'), validForMs: 86_400_000 },
      words: / has expired or is not yet valid: current time \S+Z is after 2020-01-02T00:00:00Z"/,
    },
    {
      certificate: 'of another address',
      presented: { ipAddresses: ['192.0.2.1'] },
      words: /x509: certificate is valid for 192\.0\.2\.1, not 127\.0\.0\.1"/,
    },
    {
      certificate: 'without addresses',
      presented: { ipAddresses: [] },
      words:
        /x509: cannot validate certificate for 127\.0\.0\.1 because it doesn't contain any IP SANs"/,
    },
  ])('refuse a certificate $certificate in the words of Go', async ({ presented, words }) => {
    rancher.presentCertificate(presented)
    await cluster.applyAsKubectl(manifest())
    await eventually(async () => (await logOf(CLUSTER_AGENT)).text).toMatch(words)
    expect(rancher.sessions(id)).toEqual([])
  })

  test('that run when the CA is rotated refuse it, log their token in clear, and Rancher sees it', async () => {
    await cluster.applyAsKubectl(manifest())
    await eventually(() => rancher.sessions(id).length).toBe(4)
    rancher.rotateCa()
    await eventually(async () => (await logOf(CLUSTER_AGENT)).text).toMatch(
      /level=error msg="Failed to connect to proxy" error="x509: certificate signed by unknown authority"/,
    )
    expect((await logOf(CLUSTER_AGENT)).text).toContain(`/v3/connect with token ${token}"`)
    await eventually(() => rancher.serverLog.map(({ line }) => line).join('\n')).toMatch(
      /TLS handshake error from 127\.0\.0\.1:\d+: remote error: tls: bad certificate/,
    )
    expect(await containerOf(cluster, CLUSTER_AGENT)).toMatchObject({ ready: true })
  })

  test('with a token that Rancher does not know get a bad handshake', async () => {
    await cluster.applyAsKubectl(manifest({ token: 'z'.repeat(54) }))
    await eventually(async () => (await logOf(CLUSTER_AGENT)).text).toMatch(
      /msg="Failed to connect to proxy" error="websocket: bad handshake"/,
    )
  })

  test('without their secret wait for it', async () => {
    const objects = manifest()
    await cluster.applyAsKubectl(objects.filter((_object, index) => index !== 2))
    await eventually(() => containerOf(cluster, CLUSTER_AGENT)).toMatchObject({
      state: { waiting: { reason: 'ContainerCreating' } },
    })
    await eventually(() => eventsOf(cluster)).toContain(
      'FailedMount: MountVolume.SetUp failed for volume "cattle-credentials" : secret "cattle-credentials-abc" not found',
    )
    const waiting = await logOf(CLUSTER_AGENT)
    expect(waiting.status).toBe(400)
    expect(waiting.body.message).toMatch(
      /^container "cluster-register" in pod ".*" is waiting to start: ContainerCreating$/,
    )
    await cluster.applyAsKubectl(objects)
    await untilRolledOut(cluster)
  })

  test('without their service account are not created', async () => {
    const objects = manifest()
    await cluster.applyAsKubectl(objects.filter((_object, index) => index !== 1))
    await eventually(async () => (await eventsOf(cluster)).join('\n')).toMatch(
      /FailedCreate: Error creating: pods "cattle-node-agent-" is forbidden: error looking up service account cattle-system\/cattle: serviceaccount "cattle" not found/,
    )
    expect(await podsOf(cluster, NODE_AGENT)).toEqual([])
    await cluster.applyAsKubectl(objects)
    await untilRolledOut(cluster)
  })

  test('whose image cannot be pulled say so until it can', async () => {
    cluster.setImagePullable('rancher/rancher-agent:v2.1.5', false)
    await cluster.applyAsKubectl(manifest())
    await eventually(() => containerOf(cluster, CLUSTER_AGENT)).toMatchObject({
      state: { waiting: { reason: 'ImagePullBackOff' } },
    })
    cluster.setImagePullable('rancher/rancher-agent:v2.1.5', true)
    await untilRolledOut(cluster)
  })

  test('that are killed restart and say why', async () => {
    await cluster.applyAsKubectl(manifest())
    await untilRolledOut(cluster)
    cluster.crashAgents({ exitCode: 137, reason: 'OOMKilled', logLines: ['out of memory'] })
    await eventually(() => containerOf(cluster, CLUSTER_AGENT)).toMatchObject({
      state: { waiting: { reason: 'CrashLoopBackOff' } },
      lastState: { terminated: { exitCode: 137, reason: 'OOMKilled' } },
    })
    cluster.crashAgents(null)
    await eventually(() => rancher.sessions(id).length).toBe(4)
    await untilRolledOut(cluster)
  })

  test('that get no packet out time out', async () => {
    await cluster.applyAsKubectl(manifest())
    await eventually(() => rancher.sessions(id).length).toBe(4)
    cluster.blockEgress(true)
    await eventually(() => rancher.sessions(id).length).toBe(0)
    await eventually(async () => (await logOf(CLUSTER_AGENT)).text).toMatch(
      /error="dial tcp 127\.0\.0\.1:\d+: i\/o timeout"/,
    )
    cluster.blockEgress(false)
    await eventually(() => rancher.sessions(id).length).toBe(4)
  })

  test('that are held are ready but do not connect', async () => {
    cluster.holdAgents(true)
    await cluster.applyAsKubectl(manifest())
    await untilRolledOut(cluster)
    expect(rancher.sessions(id)).toEqual([])
    cluster.holdAgents(false)
    await eventually(() => rancher.sessions(id).length).toBe(4)
  })

  test('that are held stop with their workload', async () => {
    cluster.holdAgents(true)
    await cluster.applyAsKubectl(manifest())
    await untilRolledOut(cluster)
    await cluster.deleteObject(DEPLOYMENT)
    await eventually(() => podsOf(cluster, CLUSTER_AGENT)).toEqual([])
  })

  test('go with their workload, their namespace and their pod', async () => {
    await cluster.applyAsKubectl(manifest())
    await eventually(() => rancher.sessions(id).length).toBe(4)
    const [pod] = await podsOf(cluster, CLUSTER_AGENT)
    const name = pod?.metadata.name ?? ''
    await cluster.api('DELETE', `/api/v1/namespaces/${NAMESPACE}/pods/${name}`)
    await eventually(async () => {
      const pods = await podsOf(cluster, CLUSTER_AGENT)
      return pods.filter((found) => found.metadata.name !== name).length
    }).toBe(1)

    await cluster.deleteObject(DEPLOYMENT)
    await eventually(() => podsOf(cluster, CLUSTER_AGENT)).toEqual([])
    await eventually(() => rancher.sessions(id).length).toBe(3)

    await cluster.deleteObject({ apiVersion: 'v1', kind: 'Namespace', name: NAMESPACE })
    await eventually(() => rancher.sessions(id).length).toBe(0)
    expect(await cluster.find(SECRET)).toBeNull()
    await cluster.applyAsKubectl(manifest())
    await eventually(() => rancher.sessions(id).length).toBe(4)
  })

  test('are scaled', async () => {
    await cluster.applyAsKubectl(manifest())
    await untilRolledOut(cluster)
    await cluster.scale(DEPLOYMENT, 0)
    await eventually(() => podsOf(cluster, CLUSTER_AGENT)).toEqual([])
    await cluster.scale(DEPLOYMENT, 2)
    await eventually(() => statusOf(cluster, 'Deployment')).toMatchObject({ readyReplicas: 2 })
  })
})

describe('a simulated cluster', () => {
  test('starts in less than 200 ms', async () => {
    const startedAt = performance.now()
    const cluster = await startCluster()
    const tookMs = performance.now() - startedAt
    await cluster.close()
    expect(tookMs).toBeLessThan(200)
  })

  test('has the same pods for the same seed, and others for another', async () => {
    const namesFor = async (seed: number) => {
      const cluster = await startCluster({ seed, timeScale: 0.02 })
      cluster.holdAgents(true)
      await cluster.applyAsKubectl(
        agentObjects({ rancherUrl: 'https://127.0.0.1:9', token: 't', caPem: '' }),
      )
      await eventually(async () => (await podsOf(cluster, NODE_AGENT)).length).toBe(3)
      const pods = await podsOf(cluster, NODE_AGENT)
      await cluster.close()
      return pods.map(({ metadata }) => metadata.name)
    }
    const first = await namesFor(1)
    expect(await namesFor(1)).toEqual(first)
    expect(await namesFor(2)).not.toEqual(first)
  })

  test('has nodes with the runtimes and labels that were asked for', async () => {
    const cluster = await startCluster({
      nodes: [{ name: 'a' }, { name: 'b', runtime: 'docker://18.9.0', labels: { zone: 'z' } }],
    })
    const { body } = await cluster.api('GET', '/api/v1/nodes')
    await cluster.close()
    expect(body.items).toMatchObject([
      {
        metadata: { name: 'a' },
        status: { nodeInfo: { containerRuntimeVersion: 'docker://17.3.2' } },
      },
      {
        metadata: { name: 'b', labels: { zone: 'z' } },
        status: { nodeInfo: { containerRuntimeVersion: 'docker://18.9.0' } },
      },
    ])
  })
})
