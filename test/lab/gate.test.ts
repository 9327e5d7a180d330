import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { type LabCluster, startCluster } from '../../lab/cluster/index.ts'
import { type ApiClient, createApiClient } from '../contract/api-client.ts'
import { kinds } from '../contract/kinds.ts'
import { CONFIG_MAPS, configMap, NAMESPACE } from '../contract/objects.ts'
import { eventually } from './agents.ts'

describe.each(kinds)('the gate of a $kind cluster', ({ options }) => {
  let cluster: LabCluster
  let client: ApiClient
  beforeAll(async () => {
    cluster = await startCluster({ ...options, withoutKubelet: true })
    const namespace = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: NAMESPACE } }
    await cluster.api('POST', '/api/v1/namespaces', namespace)
    client = createApiClient(cluster)
  })
  afterEach(() => {
    const { gate } = cluster
    gate.hang(false)
    gate.answerWith(null)
    gate.refuseCredentials(false)
    gate.forbid(null)
    gate.refuseWrites(null)
    gate.dropAnswer(null)
  })
  afterAll(async () => {
    client.close()
    await cluster.close()
  })
  const create = (name: string, query = '') =>
    client.ask('POST', `${CONFIG_MAPS}${query}`, configMap(name))
  const exists = async (name: string) =>
    (await cluster.api('GET', `${CONFIG_MAPS}/${name}`)).status === 200

  test('answers whether something is allowed as it would answer that request, and records no write', async () => {
    const from = cluster.writes.length
    const review = (verb: string) =>
      client.ask('POST', '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews', {
        apiVersion: 'authorization.k8s.io/v1',
        kind: 'SelfSubjectAccessReview',
        spec: { resourceAttributes: { verb, resource: 'configmaps', namespace: NAMESPACE } },
      })
    cluster.gate.forbid((method, path) => method === 'POST' && path === CONFIG_MAPS)
    expect((await create('forbidden')).status).toBe(403)
    expect(await review('create')).toMatchObject({
      status: 201,
      body: { status: { allowed: false } },
    })
    expect(await review('list')).toMatchObject({ status: 201, body: { status: { allowed: true } } })
    expect(cluster.writes.slice(from).map(({ ref }) => ref.kind)).toEqual(['ConfigMap'])
  })

  test('records every write with what became of it, but no secret', async () => {
    const from = cluster.writes.length
    const secret = {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 's' },
      data: { a: 'Yg==' },
    }
    await client.apply(`${CONFIG_MAPS}/w`, configMap('w'), 'reagent', '&force=true&dryRun=All')
    await client.ask('GET', CONFIG_MAPS)
    await client.ask('POST', `/api/v1/namespaces/${NAMESPACE}/secrets`, secret)
    await client.ask('DELETE', `${CONFIG_MAPS}/absent`)
    const ref = { apiVersion: 'v1', namespace: NAMESPACE }
    expect(cluster.writes.slice(from)).toMatchObject([
      {
        verb: 'apply',
        ref: { ...ref, kind: 'ConfigMap', name: 'w' },
        dryRun: true,
        force: true,
        fieldManager: 'reagent',
        status: 201,
        body: configMap('w'),
      },
      { verb: 'create', ref: { ...ref, kind: 'Secret', name: 's' }, body: null, status: 201 },
      { verb: 'delete', ref: { ...ref, kind: 'ConfigMap', name: 'absent' }, status: 404 },
    ])
  })
  test('goes down and comes back on the same address', async () => {
    await cluster.gate.goDown()
    await expect(create('down')).rejects.toThrow(/ECONNREFUSED|ECONNRESET|socket hang up/)
    await cluster.gate.comeBack()
    expect((await create('down')).status).toBe(201)
  })
  test('hangs until it is told otherwise', async () => {
    cluster.gate.hang()
    const refused = expect(create('hung')).rejects.toThrow(/socket hang up|ECONNRESET/)
    await eventually(() => cluster.gate.hanging).toBe(1)
    expect((await cluster.api('GET', CONFIG_MAPS)).status).toBe(200)
    cluster.gate.hang(false)
    await refused
    expect(await exists('hung')).toBe(false)
  })
  test('answers what it is told', async () => {
    cluster.gate.answerWith({ status: 503, body: '<html>', contentType: 'text/html' })
    const { status, text } = await create('forced')
    expect([status, text]).toEqual([503, '<html>'])
  })
  test('refuses expired credentials', async () => {
    cluster.gate.refuseCredentials()
    expect((await create('expired')).body).toMatchObject({ code: 401, reason: 'Unauthorized' })
  })
  test('takes a client without credentials for system:anonymous', async () => {
    const stranger = createApiClient(cluster, '')
    const { status, body } = await stranger.ask('GET', `${CONFIG_MAPS}/a`)
    stranger.close()
    expect(status).toBe(403)
    expect(body.message).toBe(
      `configmaps "a" is forbidden: User "system:anonymous" cannot get resource "configmaps" in API group "" in the namespace "${NAMESPACE}"`,
    )
  })
  test('forbids as RBAC does', async () => {
    cluster.gate.forbid((method) => method === 'PATCH')
    const { status, body } = await client.apply(`${CONFIG_MAPS}/f`, configMap('f'), 'reagent')
    expect(status).toBe(403)
    expect(body.message).toBe(
      `configmaps "f" is forbidden: User "lab-admin" cannot patch resource "configmaps" in API group "" in the namespace "${NAMESPACE}"`,
    )
  })
  test('refuses the writes that a policy refuses, but no dry run', async () => {
    cluster.gate.refuseWrites(({ ref }) => ref.name === 'policed', { message: 'no probes here' })
    const { status, body } = await create('policed')
    expect(status).toBe(403)
    expect(body).toMatchObject({
      reason: 'Forbidden',
      message: 'admission webhook "policy.example.com" denied the request: no probes here',
    })
    expect(await exists('policed')).toBe(false)
    expect((await create('policed', '?dryRun=All')).status).toBe(201)
    expect((await create('unpoliced')).status).toBe(201)
  })
  test('refuses writes after so many', async () => {
    cluster.gate.refuseWrites({ after: 2 })
    const statuses = []
    for (const name of ['n1', 'n2', 'n3']) statuses.push((await create(name)).status)
    expect(statuses).toEqual([201, 201, 403])
  })
  test('drops an answer after the write was done', async () => {
    cluster.gate.dropAnswer(({ ref }) => ref.name === 'dropped')
    await expect(create('dropped')).rejects.toThrow(/socket hang up|ECONNRESET/)
    expect(await exists('dropped')).toBe(true)
    expect(cluster.writes.at(-1)).toMatchObject({ ref: { name: 'dropped' }, status: 0 })
  })
  test('waits for its listeners before a write and before its answer', async () => {
    const seen: string[] = []
    const stopBefore = cluster.gate.onWrite(async ({ ref }) => {
      seen.push(`before ${ref.name}: ${await exists(ref.name)}`)
    })
    const stopAfter = cluster.gate.afterWrite(async ({ ref, status }) => {
      seen.push(`after ${ref.name}: ${await exists(ref.name)} ${status}`)
    })
    await create('awaited')
    stopBefore()
    stopAfter()
    await create('unseen')
    expect(seen).toEqual(['before awaited: false', 'after awaited: true 201'])
  })
  test('passes a watch on, line by line', async () => {
    const lines = await client.watch(`${CONFIG_MAPS}?watch=true&fieldSelector=metadata.name%3Dseen`)
    await create('seen')
    await eventually(() => lines.received).toHaveLength(1)
    lines.stop()
    expect(lines.received).toMatchObject([
      { type: 'ADDED', object: { kind: 'ConfigMap', metadata: { name: 'seen' } } },
    ])
  })
})

test('a kubeconfig with a token works like one with a certificate', async () => {
  const cluster = await startCluster({ credential: 'token', withoutKubelet: true })
  const token = /token: (\S+)/.exec(cluster.kubeconfig)?.[1]
  const client = createApiClient(cluster, `Bearer ${token}`)
  const { status } = await client.ask('GET', '/api/v1/namespaces/kube-system')
  client.close()
  await cluster.close()
  expect(status).toBe(200)
})
