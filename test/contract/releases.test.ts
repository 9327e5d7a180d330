import { readFileSync } from 'node:fs'
import { afterEach, describe, expect, test } from 'vitest'
import { type LabCluster, type LabClusterOptions, startCluster } from '../../lab/cluster/index.ts'
import { type ApiClient, createApiClient } from './api-client.ts'
import { CONFIG_MAPS, configMap, DEPLOYMENTS, deployment, NAMESPACE } from './objects.ts'

type Release = NonNullable<LabClusterOptions['kubernetesVersion']>

describe('the release that an API server plays', () => {
  let cluster: LabCluster
  let client: ApiClient
  async function start(kubernetesVersion: Release) {
    cluster = await startCluster({ kubernetesVersion, withoutKubelet: true })
    client = createApiClient(cluster)
    const namespace = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: NAMESPACE } }
    await client.ask('POST', '/api/v1/namespaces', namespace)
  }
  afterEach(async () => {
    client.close()
    await cluster.close()
  })

  test.each([
    ['old', 'v0.0.0-master+$Format:%h$'],
    ['1.14', 'v1.14.10'],
    ['1.20', 'v1.20.2'],
    ['1.33', 'v1.33.1'],
  ] as const)('%s says its version: %s', async (release, gitVersion) => {
    await start(release)
    const { body } = await client.ask('GET', '/version')
    expect(body.gitVersion).toBe(gitVersion)
    expect(cluster.kubernetesVersion).toBe(gitVersion)
  })

  test('the server of Rancher 2.1.5 answers discovery as recorded', async () => {
    await start('old')
    expect((await client.ask('GET', '/version')).body).toEqual(recorded('version'))
    expect((await client.ask('GET', '/api/v1')).body).toEqual(recorded('api_v1'))
    expect((await client.ask('GET', '/apis/apps/v1')).body).toEqual(recorded('apis_apps_v1'))
  })
  test('the server of Rancher 2.1.5 stores what it was only to try', async () => {
    await start('old')
    const { status, body } = await client.ask('POST', `${CONFIG_MAPS}?dryRun=All`, configMap('dry'))
    expect(status).toBe(201)
    expect((await client.ask('GET', `${CONFIG_MAPS}/dry`)).body).toEqual(body)
  })
  test('1.14 stores nothing that it was only to try', async () => {
    await start('1.14')
    await client.ask('POST', `${CONFIG_MAPS}?dryRun=All`, configMap('dry'))
    expect((await client.ask('GET', `${CONFIG_MAPS}/dry`)).status).toBe(404)
  })
  test.each(['old', '1.14'] as const)(
    '%s has no server-side apply, as recorded',
    async (release) => {
      await start(release)
      const { status, body } = await client.apply(`${CONFIG_MAPS}/a`, configMap('a'), 'contract')
      expect(status).toBe(415)
      expect(body).toEqual(labRecorded('apply-patch-refused'))
    },
  )
  test.each(['old', '1.14'] as const)('%s keeps no account of managers', async (release) => {
    await start(release)
    await client.ask('POST', CONFIG_MAPS, configMap('a'))
    for (const path of [CONFIG_MAPS, `${CONFIG_MAPS}/a`]) {
      expect((await client.ask('GET', path)).text).not.toContain('managedFields')
    }
  })
  test.each(['old', '1.14'] as const)(
    'on %s a Deployment of extensions/v1beta1 is one of apps/v1 too',
    async (release) => {
      await start(release)
      const path = `/apis/extensions/v1beta1/namespaces/${NAMESPACE}/deployments`
      const sent = { ...deployment('both'), apiVersion: 'extensions/v1beta1' }
      expect((await client.ask('POST', path, sent)).status).toBe(201)
      const { body } = await client.ask('GET', `${DEPLOYMENTS}/both`)
      expect(body).toMatchObject({ apiVersion: 'apps/v1', metadata: { name: 'both' } })
    },
  )
  test('1.33 serves no beta version of 1.20 any more, but what became of it', async () => {
    await start('1.33')
    const { text } = await client.ask('GET', '/apis')
    expect(text).not.toContain('beta')
    for (const path of ['rbac.authorization.k8s.io/v1beta1', 'policy/v1beta1']) {
      expect((await client.ask('GET', `/apis/${path}`)).status).toBe(404)
    }
    const { body } = await client.ask('GET', '/apis/policy/v1')
    expect(body).toMatchObject({ groupVersion: 'policy/v1' })
    expect(JSON.stringify(body)).toContain('PodDisruptionBudget')
  })
})

function recorded(name: string): unknown {
  return jsonAt(`../fixtures/kubernetes-old/${name}.json`)
}

function labRecorded(name: string): unknown {
  return jsonAt(`../../lab/fixtures/kubernetes-old/${name}.json`)
}

function jsonAt(path: string): unknown {
  return JSON.parse(readFileSync(new URL(path, import.meta.url), 'utf8'))
}
