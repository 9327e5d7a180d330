import type { KubernetesObject } from '../cluster/index.ts'
import { Failure } from '../recovery/index.ts'

const NAMESPACE = 'cattle-system'
const CREDENTIALS = /^cattle-credentials-[0-9a-f]{7,10}$/

type Allowed = readonly [kind: string, group: string, name: string | RegExp]

/** What the agent manifests of Rancher 2.1–2.14 consist of (rancher/rancher pkg/systemtemplate/template.go of each line). */
const CLUSTER_SCOPED: readonly Allowed[] = [
  ['ClusterRole', 'rbac.authorization.k8s.io', 'proxy-clusterrole-kubeapiserver'],
  ['ClusterRoleBinding', 'rbac.authorization.k8s.io', 'proxy-role-binding-kubernetes-master'],
  ['Namespace', '', NAMESPACE],
  ['ClusterRole', 'rbac.authorization.k8s.io', 'cattle-admin'],
  ['ClusterRoleBinding', 'rbac.authorization.k8s.io', 'cattle-admin-binding'],
  ['PriorityClass', 'scheduling.k8s.io', 'cattle-cluster-agent-priority-class'],
]

const NAMESPACED: readonly Allowed[] = [
  ['ServiceAccount', '', 'cattle'],
  ['Secret', '', CREDENTIALS],
  ['Secret', '', 'cattle-private-registry'],
  ['Service', '', 'cattle-cluster-agent'],
  ['Deployment', 'apps', 'cattle-cluster-agent'],
  ['DaemonSet', 'apps', /^cattle-node-agent(-windows)?$/],
  ['DaemonSet', 'apps', 'kube-api-auth'],
  ['Deployment', 'extensions', 'cattle-cluster-agent'],
  ['DaemonSet', 'extensions', /^cattle-node-agent(-windows)?$/],
  ['DaemonSet', 'extensions', 'kube-api-auth'],
  ['PodDisruptionBudget', 'policy', 'cattle-cluster-agent-pod-disruption-budget'],
]

/** Fails with `manifest.object-not-allowed` for anything that Rancher does not put into an agent manifest. */
export function requireAllowed(object: KubernetesObject): void {
  const { kind, metadata } = object
  const inNamespace = metadata.namespace === NAMESPACE
  // `cattle-admin-binding` carries a pointless namespace in every version.
  const isAllowed =
    (inNamespace && NAMESPACED.some((allowed) => matches(object, allowed))) ||
    ((inNamespace || metadata.namespace === undefined) &&
      CLUSTER_SCOPED.some((allowed) => matches(object, allowed)))
  if (isAllowed) return
  const place = metadata.namespace === undefined ? '' : ` in namespace ${metadata.namespace}`
  throw new Failure('manifest.object-not-allowed', {
    object: `${printable(`${kind} ${metadata.name}${place}`)} (${printable(object.apiVersion)})`,
  })
}

function matches({ apiVersion, kind, metadata }: KubernetesObject, allowed: Allowed): boolean {
  const [allowedKind, allowedGroup, name] = allowed
  const group = apiVersion.includes('/') ? apiVersion.slice(0, apiVersion.indexOf('/')) : ''
  const isNamed = typeof name === 'string' ? metadata.name === name : name.test(metadata.name)
  return kind === allowedKind && group === allowedGroup && isNamed
}

function printable(text: string): string {
  return text.replace(/\p{Cc}/gu, ' ').slice(0, 200)
}
