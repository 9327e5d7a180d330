import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type LabCluster, startCluster } from '../../lab/cluster/index.ts'
import { type ApiClient, createApiClient } from './api-client.ts'
import { kinds } from './kinds.ts'
import { CONFIG_MAPS, configMap, DEPLOYMENTS, deployment, NAMESPACE } from './objects.ts'

describe.each(kinds)('a $kind API server', ({ options }) => {
  let cluster: LabCluster
  let client: ApiClient
  beforeAll(async () => {
    cluster = await startCluster({ ...options, withoutKubelet: true })
    client = createApiClient(cluster)
    const namespace = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: NAMESPACE } }
    await client.ask('POST', '/api/v1/namespaces', namespace)
  })
  afterAll(async () => {
    client.close()
    await cluster.close()
  })

  describe('says what it serves', () => {
    test('its version is 1.20.2', async () => {
      const { status, body } = await client.ask('GET', '/version')
      expect(status).toBe(200)
      expect(body).toMatchObject({ major: '1', minor: '20', gitVersion: 'v1.20.2' })
    })
    test('Deployments are in apps/v1', async () => {
      const { body } = await client.ask('GET', '/apis/apps/v1')
      expect(body.kind).toBe('APIResourceList')
      expect(body.resources).toContainEqual(
        expect.objectContaining({ name: 'deployments', kind: 'Deployment', namespaced: true }),
      )
    })
    test('extensions/v1beta1 has Ingresses only', async () => {
      const { body } = await client.ask('GET', '/apis/extensions/v1beta1')
      const resources = body.resources as { kind: string }[]
      expect(new Set(resources.map(({ kind }) => kind))).toEqual(new Set(['Ingress']))
    })
    test('an unknown version of a known group is a Status', async () => {
      const { status, body } = await client.ask('GET', '/apis/policy/v1')
      expect(status).toBe(404)
      expect(body).toMatchObject({
        kind: 'Status',
        message: 'the server could not find the requested resource',
        details: {},
      })
    })
    test('an unknown group is plain text', async () => {
      const { status, text } = await client.ask('GET', '/apis/nope.example.com/v1')
      expect([status, text]).toEqual([404, '404 page not found\n'])
    })
    test('a Deployment of extensions/v1beta1 is 404', async () => {
      const path = `/apis/extensions/v1beta1/namespaces/${NAMESPACE}/deployments/old`
      const old = { ...deployment('old'), apiVersion: 'extensions/v1beta1' }
      const { status, body } = await client.apply(path, old, 'contract')
      expect(status).toBe(404)
      expect(body).toMatchObject({
        reason: 'NotFound',
        message: 'the server could not find the requested resource',
      })
    })
    test('both versions of RBAC show the same object', async () => {
      const binding = {
        apiVersion: 'rbac.authorization.k8s.io/v1beta1',
        kind: 'ClusterRoleBinding',
        metadata: { name: 'contract', namespace: NAMESPACE },
        roleRef: { kind: 'ClusterRole', name: 'view' },
        subjects: [{ kind: 'ServiceAccount', name: 'x', namespace: NAMESPACE }],
      }
      const path = '/apis/rbac.authorization.k8s.io'
      const created = await client.ask('POST', `${path}/v1beta1/clusterrolebindings`, binding)
      expect(created.status).toBe(201)
      const { body } = await client.ask('GET', `${path}/v1/clusterrolebindings/contract`)
      expect(body).toMatchObject({
        apiVersion: 'rbac.authorization.k8s.io/v1',
        roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'view' },
      })
      expect(body.metadata).not.toHaveProperty('namespace')
    })
  })

  describe('knows its clients', () => {
    test('a wrong token is 401', async () => {
      const stranger = createApiClient(cluster, 'Bearer nope')
      const { status, body } = await stranger.ask('GET', CONFIG_MAPS)
      stranger.close()
      expect(status).toBe(401)
      expect(body).toMatchObject({ message: 'Unauthorized', reason: 'Unauthorized', code: 401 })
    })
  })

  describe('reads', () => {
    test('an absent object is 404 with its name', async () => {
      const { status, body } = await client.ask('GET', `${DEPLOYMENTS}/absent`)
      expect(status).toBe(404)
      expect(body).toMatchObject({
        message: 'deployments.apps "absent" not found',
        details: { name: 'absent', group: 'apps', kind: 'deployments' },
      })
    })
    test('lists by label and by name', async () => {
      await client.ask('POST', CONFIG_MAPS, configMap('l1', {}, { labels: { shelf: 'one' } }))
      await client.ask('POST', CONFIG_MAPS, configMap('l2', {}, { labels: { shelf: 'two' } }))
      const names = async (query: string) => {
        const { body } = await client.ask('GET', `${CONFIG_MAPS}?${query}`)
        const items = body.items as { metadata: { name: string } }[]
        return items.map(({ metadata }) => metadata.name)
      }
      expect(await names('labelSelector=shelf%3Done')).toEqual(['l1'])
      expect(await names('labelSelector=shelf')).toEqual(['l1', 'l2'])
      expect(await names('labelSelector=shelf%20in%20(one,two)')).toEqual(['l1', 'l2'])
      expect(await names('fieldSelector=metadata.name%3Dl2')).toEqual(['l2'])
    })
    test('a list names its kind and version', async () => {
      const { body } = await client.ask('GET', CONFIG_MAPS)
      expect(body).toMatchObject({
        kind: 'ConfigMapList',
        apiVersion: 'v1',
        metadata: { resourceVersion: expect.stringMatching(/^\d+$/) },
      })
    })
  })

  describe('shows logs', () => {
    const PODS = `/api/v1/namespaces/${NAMESPACE}/pods`
    const log = async (path: string) => {
      const { status, body } = await client.ask('GET', `${PODS}/${path}`)
      return [status, body.message]
    }
    test('of a container that the pod has', async () => {
      const containers = ['c', 'd'].map((name) => ({ name, image: 'busybox:1' }))
      const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'two' }, spec: { containers } }
      expect((await client.ask('POST', PODS, pod)).status).toBe(201)
      expect(await log('two/log')).toEqual([
        400,
        'a container name must be specified for pod two, choose one of: [c d]',
      ])
      expect(await log('two/log?container=z')).toEqual([
        400,
        'container z is not valid for pod two',
      ])
      expect(await log('absent/log')).toEqual([404, 'pods "absent" not found'])
    })
  })
})
