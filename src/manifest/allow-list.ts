import type { KubernetesObject } from '../cluster/index.ts'
import { has, type RancherFeature, type RancherVersion } from '../rancher/index.ts'
import { Failure } from '../recovery/index.ts'

const NAMESPACE = 'cattle-system'
const CREDENTIALS = /^cattle-credentials-[0-9a-f]{7,10}$/

/** From which row of the version table on a manifest may have it, and from which on no more. */
interface Allowed {
  readonly kind: string
  readonly group: string
  readonly name: string | RegExp
  readonly since?: RancherFeature
  readonly until?: RancherFeature
}

const RBAC = 'rbac.authorization.k8s.io'
const WORKLOADS: readonly Allowed[] = [
  { kind: 'Deployment', group: '', name: 'cattle-cluster-agent' },
  { kind: 'DaemonSet', group: '', name: 'cattle-node-agent', until: 'noNodeAgent' },
  {
    kind: 'DaemonSet',
    group: '',
    name: 'cattle-node-agent-windows',
    since: 'windowsNodeAgentInManifest',
    until: 'noNodeAgent',
  },
  { kind: 'DaemonSet', group: '', name: 'kube-api-auth', since: 'apiAuthInManifest' },
]

/**
 * What the agent manifests of Rancher 2.1–2.14 consist of (rancher/rancher pkg/systemtemplate/template.go of each line). Each line may
 * leave out what depends on the cluster or on a setting; none brings what another line has.
 */
const CLUSTER_SCOPED: readonly Allowed[] = [
  {
    kind: 'ClusterRole',
    group: RBAC,
    name: 'proxy-clusterrole-kubeapiserver',
    since: 'proxyRoleInManifest',
  },
  {
    kind: 'ClusterRoleBinding',
    group: RBAC,
    name: 'proxy-role-binding-kubernetes-master',
    since: 'proxyRoleInManifest',
  },
  { kind: 'Namespace', group: '', name: NAMESPACE },
  { kind: 'ClusterRole', group: RBAC, name: 'cattle-admin' },
  { kind: 'ClusterRoleBinding', group: RBAC, name: 'cattle-admin-binding' },
  {
    kind: 'PriorityClass',
    group: 'scheduling.k8s.io',
    name: 'cattle-cluster-agent-priority-class',
    since: 'disruptionBudgetInManifest',
  },
]

const NAMESPACED: readonly Allowed[] = [
  { kind: 'ServiceAccount', group: '', name: 'cattle' },
  { kind: 'Secret', group: '', name: CREDENTIALS },
  {
    kind: 'Secret',
    group: '',
    name: 'cattle-private-registry',
    since: 'privateRegistryInManifest',
  },
  { kind: 'Service', group: '', name: 'cattle-cluster-agent', since: 'serviceInManifest' },
  ...WORKLOADS.map((workload) => ({ ...workload, group: 'apps' })),
  ...WORKLOADS.map((workload) => ({ ...workload, group: 'extensions' })),
  {
    kind: 'PodDisruptionBudget',
    group: 'policy',
    name: 'cattle-cluster-agent-pod-disruption-budget',
    since: 'disruptionBudgetInManifest',
  },
]

/**
 * Fails with `manifest.object-not-allowed` for anything that a Rancher of this version does not put into an agent manifest. For a
 * version that is unnamed, or none given, what any version has is allowed.
 */
export function requireAllowed(object: KubernetesObject, version?: RancherVersion): void {
  const { kind, metadata } = object
  const inNamespace = metadata.namespace === NAMESPACE
  const isNamed = version !== undefined && version.acquaintance !== 'unnamed'
  const isIn = (list: readonly Allowed[]) =>
    list.some((allowed) => matches(object, allowed) && (!isNamed || isOf(version, allowed)))
  // `cattle-admin-binding` carries a pointless namespace in every version.
  const isAllowed =
    (inNamespace && isIn(NAMESPACED)) ||
    ((inNamespace || metadata.namespace === undefined) && isIn(CLUSTER_SCOPED))
  if (isAllowed) return
  const place = metadata.namespace === undefined ? '' : ` in namespace ${metadata.namespace}`
  throw new Failure('manifest.object-not-allowed', {
    object: `${printable(`${kind} ${metadata.name}${place}`)} (${printable(object.apiVersion)})`,
  })
}

function matches({ apiVersion, kind, metadata }: KubernetesObject, allowed: Allowed): boolean {
  const { name } = allowed
  const isNamed = typeof name === 'string' ? metadata.name === name : name.test(metadata.name)
  return kind === allowed.kind && groupOf(apiVersion) === allowed.group && isNamed
}

/** `extensions` was the workloads' group until Rancher 2.2. */
function isOf(version: RancherVersion, { group, since, until }: Allowed): boolean {
  const isOfGroup =
    (group !== 'extensions' || !has(version, 'appsV1')) &&
    (group !== 'apps' || has(version, 'appsV1'))
  return (
    isOfGroup &&
    (since === undefined || has(version, since)) &&
    (until === undefined || !has(version, until))
  )
}

function groupOf(apiVersion: string): string {
  return apiVersion.includes('/') ? apiVersion.slice(0, apiVersion.indexOf('/')) : ''
}

function printable(text: string): string {
  return text.replace(/\p{Cc}/gu, ' ').slice(0, 200)
}
