import { readFileSync } from 'node:fs'
import { loadAll } from 'js-yaml'
import { afterEach, describe, expect, it } from 'vitest'
import { type JsonObject, objectAt, objectsAt, textAt } from '../../lab/cluster/json.ts'
import type { KeptObjects } from '../../lab/local-cluster/index.ts'
import { readManifest } from '../../src/manifest/index.ts'
import { type Rancher, rancherVersionOf } from '../../src/rancher/index.ts'
import { openWays, type Ways } from '../contract/support/ways.ts'
import { patient, startWorld } from './support/world.ts'

/** Nothing listens at these addresses. */
const NOWHERE = 'https://127.0.0.1:1'
const RECORDED_2_12 = 'https://127.0.0.1:18443'

let ways: Ways | null = null
afterEach(async () => {
  await ways?.end()
  ways = null
})

async function rancherKeeping(kept: Partial<KeptObjects>): Promise<Rancher> {
  const nothing = () => []
  ways = await openWays({
    clusters: nothing,
    settings: nothing,
    registrations: nothing,
    secrets: nothing,
    nodes: nothing,
    createRegistration: (sent) => sent,
    ...kept,
  })
  return ways.connect('kubeconfig', { url: NOWHERE, caPem: null })
}

const of215 = {
  clusters: () => items('rancher-v2.1.5/local-clusters.management.cattle.io.json'),
  settings: () => items('rancher-v2.1.5/local-settings.management.cattle.io.json'),
  registrations: () => items('rancher-v2.1.5/local-clusterregistrationtokens.json'),
}

describe('what a real Rancher 2.1.5 kept on its own cluster', () => {
  it('gives the same as its API said at that time', async () => {
    const rancher = await rancherKeeping(of215)

    for (const [id, recording] of [
      ['c-sxlbv', 'cluster-unavailable.json'],
      ['c-wrts8', 'cluster-provisioning.json'],
    ] as const) {
      const byApi = await readByApi(`rancher-v2.1.5/${recording}`, (api) =>
        api.cluster(id, patient),
      )
      const { annotations: _own, ...rest } = byApi
      expect(await rancher.cluster(id, patient)).toMatchObject(withoutTimes(rest))
    }
    const byApi = await readByApi('rancher-v2.1.5/tokens.json', (api) =>
      api.registrations('c-sxlbv', patient),
    )
    expect(await revealed(rancher.registrations('c-sxlbv', patient))).toEqual(
      byApi.map(({ token, ...same }) => ({ ...same, token: token.reveal() })),
    )
    const { settings, version } = {
      settings: await rancher.settings(patient),
      version: await rancher.version(patient),
    }
    expect(settings).toMatchObject({
      serverUrl: 'https://rancher.example.com',
      agentImage: 'rancher/rancher-agent:v2.1.5',
      caChecksum: 'ad0eb7067ffa83f8a47fe0550929b9167dd275dfc374401ff664789c2697972a',
    })
    expect(version).toEqual(rancherVersionOf('v2.1.5'))
  })

  it('renders the very manifest that it served', async () => {
    const rancher = await rancherKeeping({
      ...of215,
      settings: () => withSettings(of215.settings(), { 'server-url': NOWHERE }),
    })
    const url = 'https://rancher.example.com'
    const served = text('rancher-v2.1.5/import.yaml')
      .replaceAll(url, NOWHERE)
      .replaceAll(base64(url), base64(NOWHERE))
    expect(await renderedBy(rancher, 'c-sxlbv')).toEqual(objectsIn(served))
  })
})

describe('what a real Rancher 2.12.0 kept on its own cluster', () => {
  const served = objectsIn(text('rancher-v2.12.0/import.yaml'))
  const deployment = served.find(({ kind }) => kind === 'Deployment')
  const secret = served.find(({ kind }) => kind === 'Secret')
  const affinity = objectAt(deployment, 'spec', 'template', 'spec', 'affinity')
  const cluster = recorded('rancher-v2.12.0/v1-management-cluster.json')
  const id = 'c-m-xgq965c9'
  const kept = {
    clusters: () => [cluster],
    settings: () =>
      withSettings([], {
        'server-url': RECORDED_2_12,
        cacerts: recorded('rancher-v2.12.0/setting-cacerts.json').value,
        'agent-image': 'rancher/rancher-agent:v2.12.0',
        'server-version': 'dev',
        'install-uuid': '13df771e-fdf2-4d35-8ce0-ae37164511d3',
        'ingress-ip-domain': 'sslip.io',
        'agent-tls-mode': 'strict',
        'cluster-agent-default-affinity': JSON.stringify(affinity),
      }),
    registrations: () => [
      {
        metadata: { name: 'default-token', namespace: id },
        spec: { clusterName: id },
        status: { token: Buffer.from(textAt(secret, 'data', 'token'), 'base64').toString() },
      },
    ],
  }

  it('has the state that Rancher itself showed beside it', async () => {
    const rancher = await rancherKeeping(kept)
    const { name, message, transitioning } = objectAt(cluster, 'metadata', 'state')
    expect(await rancher.cluster(id, patient)).toMatchObject({
      state: name,
      message,
      transitioning: transitioning ? 'yes' : 'no',
      driver: 'imported',
      agentFeatures: objectAt(cluster, 'status', 'agentFeatures'),
    })
  })

  it('renders the very manifest that it served', async () => {
    const rancher = await rancherKeeping(kept)
    expect(await renderedBy(rancher, id)).toEqual(served)
  })
})

describe('a rendered manifest', () => {
  const versions = ['2.1.5', '2.2.13', '2.3.11', '2.4.18', '2.5.3', '2.5.16', '2.6.14', '2.7.18']
  const later = ['2.8.15', '2.9.12', '2.10.10', '2.11.6', '2.12.2', '2.13.1', '2.14.4']

  it.each([...versions, ...later])(
    'of %s has only objects that Rancher puts there',
    async (version) => {
      const rancher = await rancherKeeping({
        ...of215,
        settings: () =>
          withSettings(of215.settings(), {
            'server-url': NOWHERE,
            'server-version': `v${version}`,
            'cluster-agent-default-affinity': '{}',
          }),
      })
      const { registration } = await rancher.ensureRegistration('c-sxlbv', patient)
      const { text } = await rancher.importManifest(
        await rancher.version(patient),
        registration,
        patient,
      )
      const kinds = readManifest(text).map(({ kind }) => kind)
      expect(kinds).toContain('Deployment')
      expect(kinds.includes('DaemonSet')).toBe(/^2\.[1-4]\./.test(version))
      expect(kinds.includes('Service')).toBe(!/^2\.[1-5]\./.test(version))
    },
  )

  it('is not made where Rancher would put credentials of a registry into it', async () => {
    const [cluster] = of215.clusters()
    const importedConfig = { privateRegistryURL: 'registry.example.com' }
    const rancher = await rancherKeeping({
      ...of215,
      clusters: () => [{ ...cluster, spec: { ...objectAt(cluster, 'spec'), importedConfig } }],
      settings: () => withSettings(of215.settings(), { 'server-url': NOWHERE }),
    })
    await expect(renderedBy(rancher, 'c-sxlbv')).rejects.toMatchObject({
      code: 'rancher.unreachable',
    })
  })
})

/** What the product’s client of the API makes of one recorded answer. */
async function readByApi<T>(recording: string, call: (api: Rancher) => Promise<T>): Promise<T> {
  const world = await startWorld()
  try {
    world.lab.answerEverythingWith({
      status: 200,
      contentType: 'application/json',
      body: text(recording),
    })
    return await call(world.rancher)
  } finally {
    await world.end()
  }
}

/** The two recordings were made some minutes apart. */
function withoutTimes<T extends { readonly conditions: readonly object[] }>(cluster: T) {
  return {
    ...cluster,
    conditions: cluster.conditions.map((condition) => ({
      ...condition,
      lastUpdateTime: expect.stringMatching(/Z$/),
    })),
  }
}

async function renderedBy(rancher: Rancher, id: string) {
  const { registration } = await rancher.ensureRegistration(id, patient)
  const version = await rancher.version(patient)
  const { text: manifest, renderedBecause } = await rancher.importManifest(
    version,
    registration,
    patient,
  )
  expect(renderedBecause).not.toBeNull()
  return objectsIn(manifest)
}

async function revealed(registrations: ReturnType<Rancher['registrations']>) {
  return (await registrations).map(({ token, ...same }) => ({ ...same, token: token.reveal() }))
}

function withSettings(
  settings: readonly JsonObject[],
  values: Readonly<Record<string, unknown>>,
): readonly JsonObject[] {
  const names = Object.keys(values)
  return [
    ...settings.filter((setting) => !names.includes(textAt(setting, 'metadata', 'name'))),
    ...names.map((name) => ({ metadata: { name }, value: values[name], default: '' })),
  ]
}

function objectsIn(manifest: string): readonly JsonObject[] {
  return objectsAt({ all: loadAll(manifest) }, 'all')
}

function base64(address: string): string {
  return Buffer.from(address).toString('base64')
}

function items(recording: string): readonly JsonObject[] {
  return objectsAt(recorded(recording), 'items')
}

function recorded(recording: string): JsonObject {
  return objectAt(JSON.parse(text(recording)))
}

function text(recording: string): string {
  return readFileSync(new URL(`../../lab/fixtures/${recording}`, import.meta.url), 'utf8')
}
