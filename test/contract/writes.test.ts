import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type LabCluster, startCluster } from '../../lab/cluster/index.ts'
import { type ApiClient, createApiClient } from './api-client.ts'
import { kinds } from './kinds.ts'
import { CONFIG_MAPS, configMap, DEPLOYMENTS, deployment, NAMESPACE } from './objects.ts'

const OTHER_UID = '11111111-2222-3333-4444-555555555555'

describe.each(kinds)('writing to a $kind API server', ({ options }) => {
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

  describe('creates', () => {
    test('an object with uid, version and time', async () => {
      const { status, body } = await client.ask('POST', CONFIG_MAPS, configMap('new', { a: '1' }))
      expect(status).toBe(201)
      expect(body).toMatchObject({
        kind: 'ConfigMap',
        metadata: {
          uid: expect.stringMatching(/^[0-9a-f-]{36}$/),
          resourceVersion: expect.stringMatching(/^\d+$/),
          creationTimestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
        },
        data: { a: '1' },
      })
    })
    test('nothing twice', async () => {
      await client.ask('POST', CONFIG_MAPS, configMap('twice'))
      const { status, body } = await client.ask('POST', CONFIG_MAPS, configMap('twice'))
      expect(status).toBe(409)
      expect(body).toMatchObject({
        reason: 'AlreadyExists',
        message: 'configmaps "twice" already exists',
        details: { name: 'twice', kind: 'configmaps' },
      })
    })
    test('nothing in a namespace that is not there, by POST or apply', async () => {
      const path = '/api/v1/namespaces/nowhere/configmaps'
      const { metadata: _metadata, ...content } = configMap('a')
      const object = { ...content, metadata: { name: 'a' } }
      const posted = await client.ask('POST', path, object)
      const applied = await client.apply(`${path}/a`, object, 'contract')
      for (const { status, body } of [posted, applied]) {
        expect(status).toBe(404)
        expect(body).toMatchObject({
          message: 'namespaces "nowhere" not found',
          reason: 'NotFound',
          details: { name: 'nowhere', kind: 'namespaces' },
        })
      }
    })
    test('a Deployment with the defaults', async () => {
      const { status, body } = await client.ask(
        'POST',
        DEPLOYMENTS,
        deployment('defaults', { env: { A: '1' }, secretName: 's' }),
      )
      expect(status).toBe(201)
      expect(body).toMatchObject({
        metadata: { generation: 1 },
        spec: {
          replicas: 1,
          revisionHistoryLimit: 10,
          progressDeadlineSeconds: 600,
          strategy: {
            type: 'RollingUpdate',
            rollingUpdate: { maxUnavailable: '25%', maxSurge: '25%' },
          },
          template: {
            metadata: { creationTimestamp: null },
            spec: {
              restartPolicy: 'Always',
              terminationGracePeriodSeconds: 30,
              dnsPolicy: 'ClusterFirst',
              schedulerName: 'default-scheduler',
              securityContext: {},
              volumes: [{ name: 'credentials', secret: { secretName: 's', defaultMode: 420 } }],
              containers: [
                {
                  imagePullPolicy: 'IfNotPresent',
                  resources: {},
                  terminationMessagePath: '/dev/termination-log',
                },
              ],
            },
          },
        },
        status: {},
      })
    })
    test('a variable without a value where the value is empty', async () => {
      const { body } = await client.ask(
        'POST',
        DEPLOYMENTS,
        deployment('empties', { env: { A: '' } }),
      )
      expect(environmentIn(body)).toEqual({ A: undefined })
    })
    test('a Secret from stringData', async () => {
      const secret = {
        apiVersion: 'v1',
        kind: 'Secret',
        metadata: { name: 's' },
        stringData: { token: 'abc' },
      }
      const { body } = await client.ask('POST', `/api/v1/namespaces/${NAMESPACE}/secrets`, secret)
      expect(body).toMatchObject({ type: 'Opaque', data: { token: 'YWJj' } })
      expect(body).not.toHaveProperty('stringData')
    })
    test('no Deployment without selector and containers', async () => {
      const empty = { ...deployment('empty'), spec: {} }
      const posted = await client.ask('POST', DEPLOYMENTS, empty)
      const applied = await client.apply(`${DEPLOYMENTS}/empty`, empty, 'contract')
      for (const { status, body } of [posted, applied]) {
        expect(status).toBe(422)
        expect(body).toMatchObject({
          reason: 'Invalid',
          message:
            'Deployment.apps "empty" is invalid: [spec.selector: Required value, spec.template.metadata.labels: Invalid value: map[string]string(nil): `selector` does not match template `labels`, spec.template.spec.containers: Required value]',
          details: { name: 'empty', group: 'apps', kind: 'Deployment' },
        })
      }
    })
    test('nothing whose API version is not that of the path', async () => {
      const old = { ...deployment('old'), apiVersion: 'extensions/v1beta1' }
      const { status, body } = await client.ask('POST', DEPLOYMENTS, old)
      expect(status).toBe(400)
      expect(body.message).toBe(
        'the API version in the data (extensions/v1beta1) does not match the expected API version (apps/v1)',
      )
    })
  })

  describe('tries without writing', () => {
    const path = `${CONFIG_MAPS}/dry`
    test('a dry run of create stores nothing', async () => {
      const created = await client.ask('POST', `${CONFIG_MAPS}?dryRun=All`, configMap('dry'))
      expect(created.status).toBe(201)
      expect(created.body.metadata).toHaveProperty('uid')
      expect(created.body.metadata).not.toHaveProperty('resourceVersion')
      expect((await client.ask('GET', path)).status).toBe(404)
    })
    test('a dry run of apply stores nothing', async () => {
      await client.ask('POST', CONFIG_MAPS, configMap('dry2', { a: '1' }))
      const before = await client.ask('GET', `${CONFIG_MAPS}/dry2`)
      const tried = await client.apply(
        `${CONFIG_MAPS}/dry2`,
        configMap('dry2', { a: '2' }),
        'contract',
        '&force=true&dryRun=All',
      )
      expect(tried.body).toMatchObject({ data: { a: '2' } })
      expect((await client.ask('GET', `${CONFIG_MAPS}/dry2`)).body).toEqual(before.body)
    })
    test('a dry run of delete removes nothing', async () => {
      await client.ask('POST', CONFIG_MAPS, configMap('dry3'))
      expect((await client.ask('DELETE', `${CONFIG_MAPS}/dry3?dryRun=All`)).status).toBe(200)
      expect((await client.ask('GET', `${CONFIG_MAPS}/dry3`)).status).toBe(200)
    })
    test('a dry run finds conflicts and faults', async () => {
      const empty = { ...deployment('dry4'), spec: {} }
      expect((await client.ask('POST', `${DEPLOYMENTS}?dryRun=All`, empty)).status).toBe(422)
    })
  })

  describe('replaces', () => {
    test('no absent object', async () => {
      const { status, body } = await client.ask('PUT', `${CONFIG_MAPS}/no`, configMap('no'))
      expect(status).toBe(404)
      expect(body.message).toBe('configmaps "no" not found')
    })
    test('no absent object by its uid', async () => {
      const object = configMap('no', {}, { uid: OTHER_UID })
      const { status, body } = await client.ask('PUT', `${CONFIG_MAPS}/no`, object)
      expect([status, body.reason]).toEqual([409, 'Conflict'])
    })
    test('nothing by a stale version', async () => {
      await client.ask('POST', CONFIG_MAPS, configMap('put', { a: '1' }))
      const stale = configMap('put', { a: '2' }, { resourceVersion: '1' })
      const { status, body } = await client.ask('PUT', `${CONFIG_MAPS}/put`, stale)
      expect(status).toBe(409)
      expect(body.message).toBe(
        'Operation cannot be fulfilled on configmaps "put": the object has been modified; please apply your changes to the latest version and try again',
      )
    })
    test('an object by its own version, and counts changes of a Deployment', async () => {
      const created = await client.ask('POST', DEPLOYMENTS, deployment('counted'))
      const spec = { ...(created.body.spec as object), replicas: 2 }
      const changed = { ...created.body, spec }
      const { status, body } = await client.ask('PUT', `${DEPLOYMENTS}/counted`, changed)
      expect(status).toBe(200)
      expect(body).toMatchObject({ metadata: { generation: 2 }, spec: { replicas: 2 } })
    })
    test('nothing under another name', async () => {
      const { status, body } = await client.ask('PUT', `${CONFIG_MAPS}/a`, configMap('b'))
      expect(status).toBe(400)
      expect(body.message).toBe('the name of the object (b) does not match the name on the URL (a)')
    })
  })

  describe('patches', () => {
    test('a merge patch changes and removes', async () => {
      await client.ask('POST', CONFIG_MAPS, configMap('merged', { a: '1', b: '2' }))
      const { status, body } = await client.ask(
        'PATCH',
        `${CONFIG_MAPS}/merged`,
        { data: { a: null, c: '3' } },
        'application/merge-patch+json',
      )
      expect([status, body.data]).toEqual([200, { b: '2', c: '3' }])
    })
    test('a strategic merge patch merges variables by name', async () => {
      await client.ask('POST', DEPLOYMENTS, deployment('strategic', { env: { A: '1', B: '2' } }))
      const containers = [{ name: 'agent', env: [{ name: 'A', value: '9' }] }]
      const { status, body } = await client.ask(
        'PATCH',
        `${DEPLOYMENTS}/strategic`,
        { spec: { template: { spec: { containers } } } },
        'application/strategic-merge-patch+json',
      )
      expect(status).toBe(200)
      expect(environmentIn(body)).toEqual({ A: '9', B: '2' })
    })
    test('another media type is 415', async () => {
      await client.ask('POST', CONFIG_MAPS, configMap('typed'))
      const { status, body } = await client.ask('PATCH', `${CONFIG_MAPS}/typed`, {}, 'text/plain')
      expect([status, body.reason]).toEqual([415, 'UnsupportedMediaType'])
    })
  })

  describe('deletes', () => {
    test('an object', async () => {
      await client.ask('POST', CONFIG_MAPS, configMap('deleted'))
      const { status, body } = await client.ask('DELETE', `${CONFIG_MAPS}/deleted`)
      expect(status).toBe(200)
      expect(body).toMatchObject({ kind: 'Status', status: 'Success' })
      expect((await client.ask('GET', `${CONFIG_MAPS}/deleted`)).status).toBe(404)
    })
    test('no absent one', async () => {
      const { status, body } = await client.ask('DELETE', `${CONFIG_MAPS}/absent`)
      expect([status, body.message]).toEqual([404, 'configmaps "absent" not found'])
    })
  })
})

function environmentIn(body: { readonly [field: string]: unknown }): Record<string, string> {
  const { spec } = body as {
    spec: { template: { spec: { containers: { env?: { name: string; value: string }[] }[] } } }
  }
  const variables = spec.template.spec.containers[0]?.env ?? []
  return Object.fromEntries(variables.map(({ name, value }) => [name, value]))
}
