import { describe, expect, it } from 'vitest'
import type { KubernetesObject, ServedKinds } from '../../src/cluster/index.ts'
import { adaptApiVersions, readManifest, wantedFrom } from '../../src/manifest/index.ts'
import { recorded } from '../fixtures/recorded.ts'

const manifest = readManifest(recorded('rancher-v2.1.5/import.yaml'))
const nothingElse = {
  features: null,
  surroundings: { nodes: [], allNodes: true, privateRegistry: false, priorityClass: null },
}
const manifest212 = readManifest(recorded('rancher-v2.12.0/import.yaml'))

describe('adapting API versions', () => {
  it('leaves the manifest of Rancher 2.1.5 alone where its versions are served', () => {
    const { objects, notes } = adaptApiVersions(manifest, serving(manifest.map(versionOf)))

    expect(notes).toEqual([])
    expect(objects.map(versionOf)).toEqual(manifest.map(versionOf))
  })

  it('applies it as today’s versions where the cluster dropped them, and says so', () => {
    const { objects, notes } = adaptApiVersions(manifest, today)

    expect(objects.map(versionOf)).toEqual([
      'v1 Namespace',
      'v1 ServiceAccount',
      'rbac.authorization.k8s.io/v1 ClusterRoleBinding',
      'v1 Secret',
      'rbac.authorization.k8s.io/v1 ClusterRole',
      'apps/v1 Deployment',
      'apps/v1 DaemonSet',
    ])
    expect(notes).toEqual([
      'This cluster does not serve rbac.authorization.k8s.io/v1beta1, so ClusterRoleBinding cattle-admin-binding is applied as rbac.authorization.k8s.io/v1.',
      'This cluster does not serve extensions/v1beta1, so Deployment cattle-cluster-agent and DaemonSet cattle-node-agent are applied as apps/v1.',
      'Rancher 2.1.5 does not support this Kubernetes version.',
    ])
  })

  it('drops the pointless namespace of a ClusterRoleBinding', () => {
    const { objects } = adaptApiVersions(manifest, today)
    expect(objects[2]?.metadata).toEqual({
      name: 'cattle-admin-binding',
      labels: { 'cattle.io/creator': 'norman' },
    })
  })

  it('fails where no version of a kind is served', () => {
    expect(() =>
      adaptApiVersions(manifest, serving(['v1 Namespace', 'v1 ServiceAccount'])),
    ).toThrow(expect.objectContaining({ code: 'cluster.kind-not-served' }))
  })
})

describe('what is wanted of a workload', () => {
  const live = pushedDeployment()
  const { objects, notes } = wantedFrom(
    manifest212,
    ({ kind }) => (kind === 'Deployment' ? live : null),
    nothingElse,
  )
  const wanted = objects.find(({ kind }) => kind === 'Deployment')

  it('is the whole manifest object where it is not there', () => {
    expect(wantedFrom(manifest, () => null, nothingElse)).toEqual({ objects: manifest, notes: [] })
  })

  it('is only variables, image, credentials and account where it is there', () => {
    expect(wanted?.metadata).toEqual({ name: 'cattle-cluster-agent', namespace: 'cattle-system' })
    expect(wanted?.spec).toEqual({
      template: {
        spec: {
          serviceAccountName: 'cattle',
          containers: [
            {
              name: 'cluster-register',
              image: 'rancher/rancher-agent:v2.12.0',
              env: expect.any(Array),
              volumeMounts: [
                { name: 'cattle-credentials', mountPath: '/cattle-credentials', readOnly: true },
              ],
            },
          ],
          volumes: [
            {
              name: 'cattle-credentials',
              secret: { secretName: 'cattle-credentials-bdeb28b396', defaultMode: 320 },
            },
          ],
        },
      },
    })
  })

  it('keeps CATTLE_FEATURES, without which an agent of Rancher 2.6 and later never connects', () => {
    expect(JSON.stringify(wanted)).toContain('multi-cluster-management-agent=true')
  })

  it('comes with a note of what stays, by name and without values', () => {
    expect(notes).toEqual([
      'Deployment cattle-cluster-agent keeps its own priorityClassName, tolerations, env CATTLE_FEATURES, env HTTPS_PROXY: the manifest has others or none.',
    ])
  })

  it('is one replica more where it has none', () => {
    const stopped = { ...live, spec: { ...Object(live.spec), replicas: 0 } }
    const again = wantedFrom(
      manifest212,
      ({ kind }) => (kind === 'Deployment' ? stopped : null),
      nothingElse,
    )
    expect(again.objects.find(({ kind }) => kind === 'Deployment')?.spec).toMatchObject({
      replicas: 1,
    })
  })
})

/** What Rancher 2.12.0 pushed, as recorded, with the fields that a customised cluster has besides. */
function pushedDeployment(): KubernetesObject {
  const pushed = JSON.parse(recorded('rancher-v2.12.0/deployment-pushed.json'))
  const podSpec = pushed.spec.template.spec
  podSpec.tolerations.push({ key: 'example.com/special', operator: 'Exists' })
  podSpec.priorityClassName = 'cattle-cluster-agent-priority-class'
  podSpec.containers[0].env.push({ name: 'HTTPS_PROXY', value: 'http://user:pass@proxy:3128' })
  return pushed
}

const today = serving([
  'v1 Namespace',
  'v1 ServiceAccount',
  'v1 Secret',
  'apps/v1 Deployment',
  'apps/v1 DaemonSet',
  'rbac.authorization.k8s.io/v1 ClusterRole',
  'rbac.authorization.k8s.io/v1 ClusterRoleBinding',
])

function versionOf({ apiVersion, kind }: KubernetesObject): string {
  return `${apiVersion} ${kind}`
}

function serving(kinds: readonly string[]): ServedKinds {
  return {
    find: (apiVersion, kind) =>
      kinds.includes(`${apiVersion} ${kind}`)
        ? { resource: `${kind.toLowerCase()}s`, namespaced: !/^(Cluster|Namespace)/.test(kind) }
        : null,
  }
}
