import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type LabCluster, startCluster } from '../../lab/cluster/index.ts'
import { type LabRancher, startRancher } from '../../lab/rancher/index.ts'
import { addClusters, connectAgents, importedObjects } from '../../lab/world/index.ts'
import { kinds } from '../contract/kinds.ts'
import { ask } from '../rancher/support/ask.ts'
import { eventually, NAMESPACE, podsOf } from './agents.ts'

const APP = 'cattle-cluster-agent'
const DEPLOYMENT = { apiVersion: 'apps/v1', kind: 'Deployment', namespace: NAMESPACE, name: APP }
const FORCE_DEPLOY = 'io.cattle.agent.force.deploy'
const TIME_SCALE = 0.02
/** Longer than anything that the lab's Rancher does by itself at that scale. */
const FOR_GOOD_MS = 25_000 * TIME_SCALE

interface Variable {
  readonly name: string
  readonly value?: string
}
interface Deployment {
  readonly spec: {
    readonly template: {
      readonly spec: {
        readonly tolerations: readonly object[]
        readonly imagePullSecrets?: readonly object[]
        readonly priorityClassName?: string
        readonly containers: readonly { readonly env: readonly Variable[] }[]
        readonly volumes: readonly { readonly secret: { readonly secretName: string } }[]
      }
    }
  }
}
interface ApiCluster {
  readonly state: string
  readonly transitioningMessage: string
  readonly agentFeatures?: Readonly<Record<string, boolean>>
  readonly annotations: Readonly<Record<string, string>>
}

// Each test is a row of what was seen on a real 2.12.0.
describe.each(kinds)('Rancher 2.12.0 with a $kind cluster', ({ options }) => {
  let rancher: LabRancher
  let cluster: LabCluster
  let id: string
  let token: string

  beforeAll(async () => {
    cluster = await startCluster({ ...options, timeScale: TIME_SCALE })
  })
  afterAll(() => cluster.close())
  beforeEach(async () => {
    rancher = await startRancher({ version: '2.12.0', timeScale: TIME_SCALE })
    const [added] = addClusters(rancher, [cluster])
    if (!added) throw new Error('no cluster was added')
    ;({ id, token } = added)
    await connectAgents(rancher, added)
  })
  afterEach(async () => {
    rancher.deployWith(async () => undefined)
    for (const name of [NAMESPACE, 'cattle-fleet-system']) {
      await cluster.deleteObject({ apiVersion: 'v1', kind: 'Namespace', name })
    }
    await eventually(() => rancher.sessions(id)).toEqual([])
    await rancher.close()
  })

  const deployment = async () => (await cluster.find(DEPLOYMENT)) as unknown as Deployment
  const environment = async () => {
    const { spec } = await deployment()
    return new Map(spec.template.spec.containers[0]?.env.map(({ name, value }) => [name, value]))
  }
  const condition = (type: string) =>
    rancher.conditions(id).find((found) => found.type === type)?.status
  const sessions = () =>
    rancher
      .sessions(id)
      .map(({ kind }) => kind)
      .sort()
  const log = async () => {
    const [pod] = await podsOf(cluster, APP)
    return cluster.podLog(pod?.metadata.name ?? '').join('\n')
  }
  const api = async (method: 'GET' | 'PUT', body?: object) => {
    const authorization = `Bearer ${rancher.apiToken}`
    const path = `${rancher.url}/v3/clusters/${id}`
    const more = body === undefined ? {} : { body }
    return ask(path, { caPem: rancher.caPem, authorization, method, ...more })
  }
  const shown = async () => (await api('GET')).json<ApiCluster>()
  const forceDeploy = async () => {
    const { annotations } = await shown()
    return api('PUT', { annotations: { ...annotations, [FORCE_DEPLOY]: 'true' } })
  }
  const stays = async (state: string) => {
    const changes: string[] = []
    const stop = rancher.onClusterChange((change) => changes.push(change.state))
    await new Promise((done) => setTimeout(done, FOR_GOOD_MS))
    stop()
    expect(changes).toEqual([])
    expect(rancher.clusterState(id)).toBe(state)
  }
  const agentGone = async () => {
    await cluster.scale(DEPLOYMENT, 0)
    await eventually(() => rancher.clusterState(id)).toBe('unavailable')
  }
  const imported = () => importedObjects(rancher, { token, clusterId: id })
  /** The imported Deployment with that variable besides. */
  const importedDeployment = async (features: string | null) => {
    const objects = (await imported()) as unknown as (Deployment & { readonly kind: string })[]
    const found = objects.find(({ kind }) => kind === 'Deployment')
    const container = found?.spec.template.spec.containers[0]
    if (!found || !container) throw new Error('the manifest has no Deployment')
    if (features === null) return found
    const env = [{ name: 'CATTLE_FEATURES', value: features }, ...container.env]
    const spec = { ...found.spec.template.spec, containers: [{ ...container, env }] }
    return { ...found, spec: { ...found.spec, template: { ...found.spec.template, spec } } }
  }
  const applyRaw = async (features: string | null) => {
    const objects = [...(await imported())] as { readonly kind: string }[]
    const secret = objects.find(({ kind }) => kind === 'Secret')
    const path = `/api/v1/namespaces/${NAMESPACE}/secrets`
    await cluster.api('POST', path, secret)
    const { status } = await cluster.api(
      'PATCH',
      `/apis/apps/v1/namespaces/${NAMESPACE}/deployments/${APP}?fieldManager=reagent&force=true`,
      await importedDeployment(features),
      { 'content-type': 'application/apply-patch+yaml' },
    )
    expect([200, 201]).toContain(status)
  }
  const featuresShown = async () => {
    const { agentFeatures = {} } = await shown()
    return Object.entries(agentFeatures)
      .map(([name, value]) => `${name}=${value}`)
      .join(',')
  }

  test('pushes its own manifest on the first import, and only its second session connects', async () => {
    expect(condition('AgentDeployed')).toBe('True')
    expect(sessions()).toEqual(['cluster', 'second'])
    const variables = await environment()
    expect(variables.get('CATTLE_FEATURES')).toContain('multi-cluster-management-agent=true')
    const system = rancher.sessions(id)[0]?.token
    expect(system).not.toBe(token)
    expect(await shown()).toMatchObject({
      state: 'active',
      agentFeatures: { 'multi-cluster-management-agent': true },
    })
  })

  test('shows within 10 s that the agent is gone', async () => {
    const goneAt = Date.now()
    await agentGone()
    expect((Date.now() - goneAt) / TIME_SCALE).toBeGreaterThan(10_000)
    expect(condition('Connected')).toBe('False')
    expect((await shown()).transitioningMessage).toBe('Cluster agent is not connected')
  })

  test.each(['applyAsKubectl', 'applyServerSideAsKubectl'] as const)(
    'stays unavailable for good after %s of the import manifest, and the agent says nothing',
    async (apply) => {
      await agentGone()
      await cluster[apply](await imported())
      await cluster.scale(DEPLOYMENT, 1)
      await eventually(sessions).toEqual(['cluster'])
      expect((await environment()).has('CATTLE_FEATURES')).toBe(false)
      await stays('unavailable')
      expect(await log()).not.toMatch(/level=(error|fatal|warning)/)
      expect((await log()).split('\n').at(-1)).toMatch(/msg="Connecting to proxy".*\/register"$/)
    },
  )

  test('keeps features under another field manager, and is active again after 10 s', async () => {
    await agentGone()
    await applyRaw(null)
    expect((await environment()).get('CATTLE_FEATURES')).toContain('multi-cluster')
    await cluster.scale(DEPLOYMENT, 1)
    await eventually(sessions).toEqual(['cluster', 'second'])
    const connectedAt = Date.now()
    await eventually(() => rancher.clusterState(id)).toBe('active')
    expect((Date.now() - connectedAt) / TIME_SCALE).toBeLessThan(25_000)
    expect(condition('Connected')).toBe('True')
  })

  test('is active again where the Deployment was deleted and is made with the features it shows', async () => {
    await cluster.deleteObject(DEPLOYMENT)
    await eventually(() => rancher.clusterState(id)).toBe('unavailable')
    await applyRaw(await featuresShown())
    await eventually(() => rancher.clusterState(id)).toBe('active')
  })

  test('loses a cluster whose features are applied once and left out later', async () => {
    await cluster.deleteObject(DEPLOYMENT)
    await eventually(() => rancher.clusterState(id)).toBe('unavailable')
    await applyRaw(await featuresShown())
    await eventually(() => rancher.clusterState(id)).toBe('active')
    await applyRaw(null)
    expect((await environment()).has('CATTLE_FEATURES')).toBe(false)
    await eventually(() => rancher.clusterState(id)).toBe('unavailable')
    await stays('unavailable')
    expect(sessions()).toEqual(['cluster'])
  })

  test('pushes again within 2 s when asked to, and says when it has', async () => {
    await agentGone()
    await cluster.applyAsKubectl(await imported())
    await cluster.scale(DEPLOYMENT, 1)
    await eventually(sessions).toEqual(['cluster'])
    expect(rancher.annotations(id)[FORCE_DEPLOY]).not.toBe('true')
    expect((await forceDeploy()).status).toBe(200)
    expect(rancher.annotations(id)[FORCE_DEPLOY]).toBe('true')
    await eventually(() => rancher.annotations(id)[FORCE_DEPLOY]).toBe('false')
    await eventually(() => rancher.clusterState(id)).toBe('active')
    expect((await environment()).get('CATTLE_FEATURES')).toContain('multi-cluster')
  })

  test('waits with a push that it is asked for until there is a tunnel', async () => {
    await agentGone()
    await forceDeploy()
    await eventually(() => rancher.serverLog.map(({ line }) => line).join('\n')).toContain(
      `error syncing '${id}': handler cluster-deploy: cannot connect to the cluster's Kubernetes API, requeuing`,
    )
    expect(rancher.annotations(id)[FORCE_DEPLOY]).toBe('true')
    await cluster.scale(DEPLOYMENT, 1)
    await eventually(() => rancher.annotations(id)[FORCE_DEPLOY]).toBe('false')
  })

  test('keeps a cluster whose token was deleted until its agent starts again', async () => {
    const before = rancher.sessions(id)[0]?.token ?? ''
    rancher.revokeRegistrations(id)
    await stays('active')
    const path = `${rancher.url}/v3/clusterregistrationtokens?clusterId=${id}`
    const authorization = `Bearer ${rancher.apiToken}`
    const answer = await ask(path, { caPem: rancher.caPem, authorization })
    const { data } = answer.json<{ data: { name: string; token: string }[] }>()
    expect(data.map(({ name }) => name)).toEqual(['default-token'])
    expect(data[0]?.token).not.toBe(before)
    const [pod] = await podsOf(cluster, APP)
    const path2 = `/api/v1/namespaces/${NAMESPACE}/pods/${pod?.metadata.name}?gracePeriodSeconds=0`
    await cluster.api('DELETE', path2)
    await eventually(log).toContain(
      'Failed to connect to proxy. Response status: 400 - 400 Bad Request. Response body: cluster not found',
    )
    await eventually(() => rancher.clusterState(id)).toBe('unavailable')
    expect(rancher.serverLog.map(({ line }) => line).join('\n')).toMatch(
      /level=error msg="Failed to handle tunnel request from remote address 127\.0\.0\.1:\d+: response 400: cluster not found"/,
    )
  })

  test('is not connected while the second session answers no ping', async () => {
    rancher.failPings(id, true)
    await eventually(() => rancher.clusterState(id)).toBe('unavailable')
    expect(sessions()).toEqual(['cluster', 'second'])
    rancher.failPings(id, false)
    await eventually(() => rancher.clusterState(id)).toBe('active')
  })
})
