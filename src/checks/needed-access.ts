import type { Access } from '../cluster/index.ts'

const NAMESPACE = 'cattle-system'
const RBAC = 'rbac.authorization.k8s.io'

interface Kind {
  readonly kind: string
  readonly group: string
  readonly resource: string
  readonly isNamespaced: boolean
}

/** What every agent manifest is made of up to Rancher 2.11 (reference: the allow-list of the manifest). */
const KINDS: readonly Kind[] = [
  { kind: 'Namespace', group: '', resource: 'namespaces', isNamespaced: false },
  { kind: 'ServiceAccount', group: '', resource: 'serviceaccounts', isNamespaced: true },
  { kind: 'Secret', group: '', resource: 'secrets', isNamespaced: true },
  { kind: 'ClusterRole', group: RBAC, resource: 'clusterroles', isNamespaced: false },
  { kind: 'ClusterRoleBinding', group: RBAC, resource: 'clusterrolebindings', isNamespaced: false },
  { kind: 'Deployment', group: 'apps', resource: 'deployments', isNamespaced: true },
  { kind: 'DaemonSet', group: 'apps', resource: 'daemonsets', isNamespaced: true },
]

/** A comparison reads and patches (dry run); an apply patches what is there and creates what is not. */
const VERBS = ['get', 'create', 'patch']

/** One access, and what fails without it. */
export interface NeededAccess {
  readonly access: Access
  /** Such as `create Secret in cattle-system`. */
  readonly name: string
}

/** Without these no plan can be made or applied. */
export const NEEDED_FOR_APPLY: readonly NeededAccess[] = KINDS.flatMap((kind) =>
  VERBS.map((verb) => ({
    access: {
      verb,
      group: kind.group,
      resource: kind.resource,
      ...(kind.isNamespaced && { namespace: NAMESPACE }),
    },
    name: `${verb} ${kind.kind}${kind.isNamespaced ? ` in ${NAMESPACE}` : ''}`,
  })),
)

/**
 * Kubernetes lets nobody hand out more rights than they have, and the agent's role has all
 * (https://kubernetes.io/docs/reference/access-authn-authz/rbac/#privilege-escalation-prevention-and-bootstrapping).
 */
export const NEEDED_FOR_LOST_ROLE: readonly NeededAccess[] = [
  {
    access: { verb: 'escalate', group: RBAC, resource: 'clusterroles', name: 'cattle-admin' },
    name: 'escalate ClusterRole cattle-admin',
  },
  {
    access: { verb: 'bind', group: RBAC, resource: 'clusterroles', name: 'cattle-admin' },
    name: 'bind ClusterRole cattle-admin',
  },
]

/** Without these a diagnosis has less evidence. */
export const NEEDED_FOR_EVIDENCE: readonly NeededAccess[] = [
  {
    access: { verb: 'list', group: '', resource: 'pods', namespace: NAMESPACE },
    name: `list Pods in ${NAMESPACE}`,
  },
  {
    access: { verb: 'get', group: '', resource: 'pods', subresource: 'log', namespace: NAMESPACE },
    name: `read the logs of Pods in ${NAMESPACE}`,
  },
  {
    access: { verb: 'list', group: '', resource: 'events', namespace: NAMESPACE },
    name: `list Events in ${NAMESPACE}`,
  },
  { access: { verb: 'list', group: '', resource: 'nodes' }, name: 'list Nodes' },
]
