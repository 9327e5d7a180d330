import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type LabCluster, startCluster } from '../../lab/cluster/index.ts'
import { type ApiClient, createApiClient } from './api-client.ts'
import { kinds } from './kinds.ts'
import { CONFIG_MAPS, configMap, DEPLOYMENTS, deployment, NAMESPACE } from './objects.ts'

const OTHER_UID = '11111111-2222-3333-4444-555555555555'
const KUBECTL = 'kubectl-client-side-apply'

describe.each(kinds)('server-side apply on a $kind API server', ({ options }) => {
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
  const path = (name: string) => `${CONFIG_MAPS}/${name}`
  const byKubectl = (name: string, data: Readonly<Record<string, string>>) =>
    client.ask('POST', `${CONFIG_MAPS}?fieldManager=${KUBECTL}`, configMap(name, data))

  test('it creates what is not there', async () => {
    const { status, body } = await client.apply(
      path('made'),
      configMap('made', { a: '1' }),
      'reagent',
    )
    expect(status).toBe(201)
    expect(managersIn(body)).toEqual([['reagent', 'Apply', ['f:data f:a']]])
  })
  test('it needs a field manager', async () => {
    const { status, body } = await client.ask(
      'PATCH',
      path('unmanaged'),
      configMap('unmanaged'),
      'application/apply-patch+yaml',
    )
    expect(status).toBe(422)
    expect(body.message).toBe(
      'PatchOptions.meta.k8s.io "" is invalid: fieldManager: Required value: is required for apply patch',
    )
  })
  test("a field that is another's is a conflict, as recorded", async () => {
    await client.ask('POST', `${CONFIG_MAPS}?fieldManager=curl`, configMap('probe', { a: '1' }))
    const { status, body } = await client.apply(
      path('probe'),
      configMap('probe', { a: '2' }),
      'reagent',
    )
    expect(status).toBe(409)
    expect(body).toEqual(recorded('apply-conflict'))
  })
  test('several conflicts are listed by manager', async () => {
    await byKubectl('several', { a: '1', b: '2' })
    const { body } = await client.apply(
      path('several'),
      configMap('several', { a: '8', b: '9' }),
      'reagent',
    )
    expect(body.message).toBe(
      `Apply failed with 2 conflicts: conflicts with "${KUBECTL}" using v1:\n- .data.a\n- .data.b`,
    )
  })
  test('the same value is no conflict: both own it then', async () => {
    await byKubectl('shared', { a: '1' })
    const { status, body } = await client.apply(
      path('shared'),
      configMap('shared', { a: '1' }),
      'reagent',
    )
    expect(status).toBe(200)
    expect(managersIn(body)).toEqual([
      ['reagent', 'Apply', ['f:data f:a']],
      [KUBECTL, 'Update', ['f:data f:a']],
    ])
  })
  test('force takes the field away from the other', async () => {
    await byKubectl('forced', { a: '1', b: '2' })
    const { status, body } = await client.apply(
      path('forced'),
      configMap('forced', { a: '9' }),
      'reagent',
      '&force=true',
    )
    expect([status, body.data]).toEqual([200, { a: '9', b: '2' }])
    expect(managersIn(body)).toEqual([
      ['reagent', 'Apply', ['f:data f:a']],
      [KUBECTL, 'Update', ['f:data f:b']],
    ])
  })
  test('a field that it no longer sends is removed unless somebody else owns it', async () => {
    await byKubectl('dropped', { a: '1', b: '2' })
    const own = configMap('dropped', { a: '9', b: '2', c: '3' })
    await client.apply(path('dropped'), own, 'reagent', '&force=true')
    const { body } = await client.apply(
      path('dropped'),
      configMap('dropped', { c: '3' }),
      'reagent',
    )
    expect(body.data).toEqual({ b: '2', c: '3' })
  })
  test('applying the same again changes nothing, not even the version', async () => {
    const object = deployment('same', { env: { A: '1' } })
    const first = await client.apply(`${DEPLOYMENTS}/same`, object, 'reagent')
    const second = await client.apply(`${DEPLOYMENTS}/same`, object, 'reagent', '&force=true')
    expect(second.body.metadata).toMatchObject({
      resourceVersion: (first.body.metadata as { resourceVersion: string }).resourceVersion,
      generation: 1,
    })
  })
  test('a stale version is refused, as recorded', async () => {
    await client.ask('POST', CONFIG_MAPS, configMap('stale', { a: '1' }))
    const { status, body } = await client.apply(
      path('stale'),
      configMap('stale', { a: '2' }, { resourceVersion: '1' }),
      'reagent',
      '&force=true',
    )
    expect(status).toBe(409)
    const text = JSON.stringify(recorded('apply-stale-resource-version'))
    expect(body).toEqual(JSON.parse(text.replaceAll('probe', 'stale')))
  })
  test('a version is no protection once the object was deleted: it is created', async () => {
    const object = configMap('gone', { a: '1' }, { resourceVersion: '77' })
    const { status } = await client.apply(path('gone'), object, 'reagent', '&force=true')
    expect(status).toBe(201)
  })
  test('a uid is: 1.20 refuses to create an object that was to be that one', async () => {
    const object = configMap('lost', { a: '1' }, { uid: OTHER_UID, resourceVersion: '77' })
    const { status, body } = await client.apply(path('lost'), object, 'reagent', '&force=true')
    expect(status).toBe(409)
    expect(body).toMatchObject({
      reason: 'Conflict',
      message: `Operation cannot be fulfilled on configmaps "lost": uid mismatch: the provided object specified uid ${OTHER_UID}, and no existing object was found`,
    })
    expect((await client.ask('GET', path('lost'))).status).toBe(404)
  })
  test('the uid of another object is invalid', async () => {
    await client.ask('POST', CONFIG_MAPS, configMap('replaced', { a: '1' }))
    const object = configMap('replaced', { a: '2' }, { uid: OTHER_UID })
    const { status, body } = await client.apply(path('replaced'), object, 'reagent', '&force=true')
    expect(status).toBe(422)
    expect(body.message).toBe(
      `ConfigMap "replaced" is invalid: metadata.uid: Invalid value: "${OTHER_UID}": field is immutable`,
    )
  })
  test('managed fields are not for sending', async () => {
    const object = configMap('managed', {}, { managedFields: [{ manager: 'x' }] })
    const { status, body } = await client.apply(path('managed'), object, 'reagent')
    expect([status, body.message]).toEqual([400, 'metadata.managedFields must be nil'])
  })

  describe('of an agent', () => {
    const live = (name: string) =>
      client.ask(
        'POST',
        `${DEPLOYMENTS}?fieldManager=${KUBECTL}`,
        deployment(name, {
          env: { CATTLE_SERVER: 'https://old', CATTLE_FEATURES: 'x=y' },
          tolerations: [{ operator: 'Exists' }],
          secretName: 'cattle-credentials-old',
        }),
      )
    const wanted = (name: string) =>
      deployment(name, {
        env: { CATTLE_SERVER: 'https://new', CATTLE_CA_CHECKSUM: 'abc' },
        tolerations: [{ key: 'node-role.kubernetes.io/etcd', operator: 'Exists' }],
        secretName: 'cattle-credentials-new',
      })

    test('variables are merged by name, tolerations replaced as a whole, volumes merged', async () => {
      await live('merged')
      const { status, body } = await client.apply(
        `${DEPLOYMENTS}/merged`,
        wanted('merged'),
        'reagent',
        '&force=true',
      )
      expect(status).toBe(200)
      expect(body).toMatchObject({ metadata: { generation: 2 } })
      expect(podSpecIn(body)).toMatchObject({
        tolerations: [{ key: 'node-role.kubernetes.io/etcd', operator: 'Exists' }],
        volumes: [
          {
            name: 'credentials',
            secret: { secretName: 'cattle-credentials-new', defaultMode: 420 },
          },
        ],
        containers: [
          {
            env: [
              { name: 'CATTLE_SERVER', value: 'https://new' },
              { name: 'CATTLE_FEATURES', value: 'x=y' },
              { name: 'CATTLE_CA_CHECKSUM', value: 'abc' },
            ],
            volumeMounts: [{ name: 'credentials', mountPath: '/credentials', readOnly: true }],
          },
        ],
      })
    })
    test('every field that was set by kubectl and would change is a conflict with kubectl', async () => {
      await live('refused')
      const { status, body } = await client.apply(
        `${DEPLOYMENTS}/refused`,
        wanted('refused'),
        'reagent',
        '&dryRun=All',
      )
      expect(status).toBe(409)
      const { causes } = body.details as { causes: { reason: string; message: string }[] }
      expect(causes).toHaveLength(3)
      expect(new Set(causes.map(({ message }) => message))).toEqual(
        new Set([`conflict with "${KUBECTL}" using apps/v1`]),
      )
    })
    test('a variable that it no longer sends is removed', async () => {
      const env = { CATTLE_SERVER: 'https://a', CATTLE_FEATURES: 'x=y' }
      await client.apply(`${DEPLOYMENTS}/own`, deployment('own', { env }), 'reagent')
      const { body } = await client.apply(
        `${DEPLOYMENTS}/own`,
        deployment('own', { env: { CATTLE_SERVER: 'https://a' } }),
        'reagent',
      )
      expect(podSpecIn(body)).toMatchObject({
        containers: [{ env: [{ name: 'CATTLE_SERVER', value: 'https://a' }] }],
      })
    })
    test('status is left alone and annotations count as a change', async () => {
      await live('annotated')
      const statusPath = `${DEPLOYMENTS}/annotated/status`
      const status = { observedGeneration: 1, replicas: 1 }
      await client.ask('PATCH', statusPath, { status }, 'application/merge-patch+json')
      const metadata = { annotations: { 'reagent/run': 'r1' } }
      const { body } = await client.apply(
        `${DEPLOYMENTS}/annotated`,
        { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'annotated', ...metadata } },
        'reagent',
      )
      expect(body).toMatchObject({ metadata: { ...metadata, generation: 2 }, status })
    })
  })
})

function recorded(name: string): unknown {
  const url = new URL(`../../lab/fixtures/kubernetes-1.20/${name}.json`, import.meta.url)
  return JSON.parse(readFileSync(url, 'utf8'))
}

function podSpecIn(body: { readonly [field: string]: unknown }): unknown {
  const { spec } = body as { spec: { template: { spec: unknown } } }
  return spec.template.spec
}

/** Manager, operation and leaves (`.` left out) of each entry of managedFields. */
function managersIn(body: { readonly [field: string]: unknown }): unknown {
  const { metadata } = body as {
    metadata: {
      managedFields: { manager: string; operation: string; fieldsV1: Record<string, unknown> }[]
    }
  }
  const leaves = (tree: Record<string, unknown>, above: string): string[] =>
    Object.entries(tree).flatMap(([step, below]) => {
      if (step === '.') return []
      const found = leaves(below as Record<string, unknown>, `${above}${step} `)
      return found.length > 0 ? found : [`${above}${step}`]
    })
  return metadata.managedFields.map(({ manager, operation, fieldsV1 }) => [
    manager,
    operation,
    leaves(fieldsV1, ''),
  ])
}
