import { afterAll, describe, expect, it } from 'vitest'
import { startRancher } from '../../lab/rancher/index.ts'
import { readManifest } from '../../src/manifest/index.ts'
import { Secret } from '../../src/observe/index.ts'
import { createRancher, type RancherVersion, rancherVersionOf } from '../../src/rancher/index.ts'

const signal = new AbortController().signal
const LINES = ['2.1.5', '2.2.13', '2.3.11', '2.4.18', '2.5.16', '2.6.14', '2.7.18', '2.8.9'].concat(
  ['2.9.12', '2.10.11', '2.11.16', '2.12.0', '2.13.8', '2.14.4'],
)
const closing: (() => Promise<void>)[] = []
afterAll(() => Promise.all(closing.map((close) => close())))

describe('the allow-list of a version', () => {
  it.each(LINES)('takes the manifest that Rancher %s serves', async (text) => {
    const objects = readManifest(await manifestOf(text), { version: rancherVersionOf(text) })

    expect(objects.map(({ kind }) => kind)).toContain('Deployment')
  })

  it.each(LINES)('refuses a foreign object in the manifest of Rancher %s', async (text) => {
    const manifest = `${await manifestOf(text)}\n---\n${object('apps/v1', 'DaemonSet', 'miner')}`

    expect(refusalBy(rancherVersionOf(text), manifest)).toContain('DaemonSet miner')
  })

  it.each([
    ['2.1.5', 'apps/v1', 'Deployment', 'cattle-cluster-agent'],
    ['2.2.13', 'apps/v1', 'DaemonSet', 'cattle-node-agent'],
    ['2.3.0', 'extensions/v1beta1', 'Deployment', 'cattle-cluster-agent'],
    ['2.1.5', 'extensions/v1beta1', 'DaemonSet', 'kube-api-auth'],
    ['2.2.13', 'extensions/v1beta1', 'DaemonSet', 'cattle-node-agent-windows'],
    ['2.3.3', 'v1', 'Secret', 'cattle-private-registry'],
    ['2.5.16', 'v1', 'Service', 'cattle-cluster-agent'],
    ['2.10.11', 'policy/v1', 'PodDisruptionBudget', 'cattle-cluster-agent-pod-disruption-budget'],
    ['2.12.0', 'apps/v1', 'DaemonSet', 'cattle-node-agent'],
    ['2.14.4', 'apps/v1', 'DaemonSet', 'cattle-node-agent-windows'],
    // Taken for the newest known one.
    ['2.17.1', 'apps/v1', 'DaemonSet', 'cattle-node-agent'],
  ])('of Rancher %s has no %s %s %s, as other versions have', (text, apiVersion, kind, name) => {
    const manifest = object(apiVersion, kind, name)

    expect(refusalBy(rancherVersionOf(text), manifest)).toContain(`${kind} ${name}`)
    expect(refusalBy(rancherVersionOf('dev'), manifest)).toBe(null)
    expect(refusalBy(undefined, manifest)).toBe(null)
  })

  it.each([
    ['2.2.13', 'extensions/v1beta1', 'DaemonSet', 'kube-api-auth'],
    ['2.3.4', 'v1', 'Secret', 'cattle-private-registry'],
    ['2.5.16', 'apps/v1', 'DaemonSet', 'cattle-node-agent'],
    ['2.11.0', 'apps/v1', 'DaemonSet', 'cattle-node-agent-windows'],
    ['2.14.4', 'apps/v1', 'DaemonSet', 'kube-api-auth'],
    ['2.11.0', 'policy/v1', 'PodDisruptionBudget', 'cattle-cluster-agent-pod-disruption-budget'],
    ['2.11.0', 'scheduling.k8s.io/v1', 'PriorityClass', 'cattle-cluster-agent-priority-class'],
    ['2.1.12', 'rbac.authorization.k8s.io/v1', 'ClusterRole', 'proxy-clusterrole-kubeapiserver'],
  ])('of Rancher %s takes %s %s %s, which depends on the cluster', (text, ...named) => {
    expect(refusalBy(rancherVersionOf(text), object(...named))).toBe(null)
  })
})

function object(apiVersion: string, kind: string, name: string): string {
  return JSON.stringify({ apiVersion, kind, metadata: { name, namespace: 'cattle-system' } })
}

/** The message of the refusal, null when the manifest is taken. */
function refusalBy(version: RancherVersion | undefined, manifest: string): string | null {
  try {
    readManifest(manifest, version && { version })
    return null
  } catch (error) {
    expect(error).toMatchObject({ code: 'manifest.object-not-allowed' })
    return String(error)
  }
}

async function manifestOf(version: string): Promise<string> {
  const lab = await startRancher({ version })
  closing.push(() => lab.close())
  const { id } = lab.addCluster({ name: 'myk8s' })
  const { url, caPem } = lab
  const rancher = createRancher({
    url,
    token: new Secret(lab.apiToken),
    caPem,
    timeoutMs: 5_000,
  })
  const { registration } = await rancher.ensureRegistration(id, signal)
  const { text } = await rancher.importManifest(rancherVersionOf(version), registration, signal)
  rancher.close()
  return text
}
