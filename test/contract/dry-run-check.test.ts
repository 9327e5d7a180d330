import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type LabCluster, startCluster } from '../../lab/cluster/index.ts'
import { type ApiClient, createApiClient } from './api-client.ts'
import { kinds } from './kinds.ts'

const REVIEWS = '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews'
const review = {
  apiVersion: 'authorization.k8s.io/v1',
  kind: 'SelfSubjectAccessReview',
  spec: { resourceAttributes: { verb: 'get', group: '', resource: 'namespaces' } },
}

describe.each(kinds)('the parameter dryRun on a $kind API server', ({ options }) => {
  let cluster: LabCluster
  let client: ApiClient
  beforeAll(async () => {
    cluster = await startCluster({ ...options, withoutKubelet: true })
    client = createApiClient(cluster)
  })
  afterAll(async () => {
    client.close()
    await cluster.close()
  })

  test('a value that does not exist is refused, as recorded, also where nothing is ever stored', async () => {
    const { status, body } = await client.ask('POST', `${REVIEWS}?dryRun=NoSuchValue`, review)
    expect(status).toBe(422)
    expect(body).toEqual(recorded('kubernetes-1.20/dry-run-value-refused.json'))
  })
  test('a dry run of a change keeps the resource version', async () => {
    const path = '/api/v1/namespaces/kube-system'
    const { body: before } = await client.ask('GET', path)
    const change = { metadata: { labels: { tried: 'true' } } }
    const type = 'application/merge-patch+json'
    const { status, body } = await client.ask('PATCH', `${path}?dryRun=All`, change, type)
    expect(status).toBe(200)
    expect(body.metadata).toMatchObject({
      labels: { tried: 'true' },
      resourceVersion: (before.metadata as { resourceVersion: string }).resourceVersion,
    })
  })
})

function recorded(name: string): unknown {
  const url = new URL(`../fixtures/${name}`, import.meta.url)
  return JSON.parse(readFileSync(url, 'utf8'))
}
