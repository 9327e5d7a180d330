import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type JsonObject, objectAt, objectsAt, textAt } from '../../lab/cluster/json.ts'
import { createKubeconfigApi, createLocalRancher, type Rancher } from '../../src/rancher/index.ts'
import { type ApiServer, hasRealApiServer, startRealApiServer } from '../cluster/api-server.ts'
import { failureOf } from '../rancher/support/failing.ts'
import { until } from '../rancher/support/until.ts'
import { patient } from '../rancher/support/world.ts'

const MANAGEMENT = '/apis/management.cattle.io/v3'
const KINDS = [
  ['clusters', 'Cluster', 'Cluster', 'local-clusters.management.cattle.io.json'],
  ['settings', 'Setting', 'Cluster', 'local-settings.management.cattle.io.json'],
  [
    'clusterregistrationtokens',
    'ClusterRegistrationToken',
    'Namespaced',
    'local-clusterregistrationtokens.json',
  ],
] as const

describe.runIf(hasRealApiServer)('what Rancher 2.1.5 keeps, on a real API server', () => {
  let server: ApiServer
  let rancher: Rancher

  beforeAll(async () => {
    server = await startRealApiServer()
    rancher = createLocalRancher(createKubeconfigApi(server.kubeconfigPath, 5_000), {
      url: 'https://127.0.0.1:1',
      caPem: null,
      timeoutMs: 5_000,
    })
  }, 60_000)
  afterAll(async () => {
    rancher?.close()
    await server?.stop()
  })

  it('is not there on a cluster that no Rancher runs on, which is said', async () => {
    const calls = [
      () => rancher.clusters(patient),
      () => rancher.cluster('c-sxlbv', patient),
      () => rancher.settings(patient),
      () => rancher.registrations('c-sxlbv', patient),
    ]
    for (const call of calls) {
      const failure = await failureOf(call())
      expect(failure.code).toBe('rancher.way-unusable')
      expect(failure.message).toContain('it is not the cluster that Rancher runs on')
    }
  })

  it('is read, and a registration is created that stays with its token', async () => {
    for (const [plural, kind, scope] of KINDS) await serve(plural, kind, scope)
    for (const id of ['c-sxlbv', 'c-wrts8', 'c-empty']) {
      const namespace = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: id } }
      await server.request('POST', '/api/v1/namespaces', namespace)
    }
    for (const [plural, , , recording] of KINDS) {
      for (const item of items(recording)) await store(plural, item)
    }
    const [cluster] = items('local-clusters.management.cattle.io.json')
    await store('clusters', { ...cluster, metadata: { name: 'c-empty' } })

    expect((await rancher.findCluster('custom1', patient)).state).toBe('provisioning')
    expect((await rancher.settings(patient)).serverUrl).toBe('https://rancher.example.com')
    expect(await rancher.registrations('c-sxlbv', patient)).toHaveLength(1)

    const { created, registration } = await rancher.ensureRegistration('c-empty', patient)
    const { json } = await server.request(
      'GET',
      `${MANAGEMENT}/namespaces/c-empty/clusterregistrationtokens/${registration.name}`,
    )
    expect(created).toBe(true)
    expect(textAt(json, 'status', 'token')).toBe(registration.token.reveal())
    expect(textAt(json, 'spec', 'clusterName')).toBe('c-empty')
    const again = await rancher.ensureRegistration('c-empty', patient)
    expect(again.created).toBe(false)
    expect(again.registration.name).toBe(registration.name)
  })

  /** As Rancher up to 2.5 defines its kinds: no schema, no status of its own. */
  async function serve(plural: string, kind: string, scope: string): Promise<void> {
    const open = { type: 'object', 'x-kubernetes-preserve-unknown-fields': true }
    await server.request('POST', '/apis/apiextensions.k8s.io/v1/customresourcedefinitions', {
      apiVersion: 'apiextensions.k8s.io/v1',
      kind: 'CustomResourceDefinition',
      metadata: { name: `${plural}.management.cattle.io` },
      spec: {
        group: 'management.cattle.io',
        scope,
        names: { plural, kind, singular: kind.toLowerCase() },
        versions: [{ name: 'v3', served: true, storage: true, schema: { openAPIV3Schema: open } }],
      },
    })
    let status = 0
    void (async () => {
      while (status !== 200)
        status = (await server.request('GET', `${MANAGEMENT}/${plural}`)).status
    })()
    await until(`${plural} to be served`, () => status === 200)
  }

  async function store(plural: string, item: JsonObject): Promise<void> {
    const { metadata, ...content } = item
    const { name, namespace, annotations } = objectAt({ metadata }, 'metadata')
    const scope = namespace === undefined ? '' : `namespaces/${String(namespace)}/`
    const body = { ...content, metadata: { name, namespace, annotations } }
    const { status, json } = await server.request('POST', `${MANAGEMENT}/${scope}${plural}`, body)
    expect(status, JSON.stringify(json)).toBe(201)
  }
})

function items(recording: string): readonly JsonObject[] {
  const url = new URL(`../../lab/fixtures/rancher-v2.1.5/${recording}`, import.meta.url)
  return objectsAt(JSON.parse(readFileSync(url, 'utf8')), 'items')
}
