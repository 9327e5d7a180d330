import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type LabCluster, startCluster } from '../../lab/cluster/index.ts'
import { type ApiClient, createApiClient } from '../contract/api-client.ts'
import { hasKustomize, type KubernetesObject, kustomize } from './support/kustomize.ts'

const assetsDirectory = process.env.KUBEBUILDER_ASSETS
if (!assetsDirectory) {
  console.info('KUBEBUILDER_ASSETS is not set: the Kubernetes files are not shown to an API server')
}

const PLURALS: Readonly<Record<string, string>> = {
  ConfigMap: 'configmaps',
  Deployment: 'deployments',
  Ingress: 'ingresses',
  Namespace: 'namespaces',
  NetworkPolicy: 'networkpolicies',
  PodDisruptionBudget: 'poddisruptionbudgets',
  Service: 'services',
  ServiceAccount: 'serviceaccounts',
}

describe.runIf(hasKustomize && assetsDirectory)('a real API server', () => {
  let cluster: LabCluster
  let client: ApiClient
  beforeAll(async () => {
    const options = { kind: 'real', assetsDirectory: assetsDirectory ?? '' } as const
    cluster = await startCluster({ ...options, withoutKubelet: true })
    client = createApiClient(cluster)
    // A dry run of what is in a namespace needs the namespace.
    await client.ask('POST', '/api/v1/namespaces', {
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name: 'reagent' },
    })
  })
  afterAll(async () => {
    client.close()
    await cluster.close()
  })

  const dryRun = async (object: KubernetesObject) => {
    const { status, text } = await client.apply(pathOf(object), object, 'test', '&dryRun=All')
    return status < 300 ? 'accepted' : text
  }

  it.each(['http', 'socket-mode'])('accepts every object of deploy/kubernetes/%s', async (way) => {
    const objects = kustomize(`deploy/kubernetes/${way}`)
    for (const object of objects) {
      const what = `${object.kind} ${object.metadata.name}`
      expect(await dryRun(asServedBy120(object)), what).toBe('accepted')
    }
    expect(objects.length).toBeGreaterThan(10)
    const { body } = await client.ask('GET', '/apis/apps/v1/namespaces/reagent/deployments')
    expect(body.items, 'nothing was written').toEqual([])
  })

  it('refuses a field that it does not know, so a slip of the pen would be seen', async () => {
    const bot = kustomize('deploy/kubernetes/http').find(({ kind }) => kind === 'Deployment')
    if (!bot) throw new Error('there is no Deployment')
    const wrong = { ...bot, spec: { ...bot.spec, replica: 2 } }
    expect(await dryRun(wrong)).toContain('field not declared in schema')
  })
})

/**
 * PodDisruptionBudgets are in policy/v1 from 1.21 on only; what they say is the same in policy/v1beta1, which the server of these tests
 * (1.20) has.
 */
function asServedBy120(object: KubernetesObject): KubernetesObject {
  return object.kind === 'PodDisruptionBudget'
    ? { ...object, apiVersion: 'policy/v1beta1' }
    : object
}

function pathOf({ apiVersion, kind, metadata }: KubernetesObject): string {
  const group = apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`
  const namespace = metadata.namespace === undefined ? '' : `/namespaces/${metadata.namespace}`
  return `${group}${namespace}/${PLURALS[kind]}/${metadata.name}`
}
