import type { Access } from '../cluster/index.ts'

const AGENTS = 'cattle-system'
const AGENT_ROLES = ['cattle-admin', 'proxy-clusterrole-kubeapiserver']
const FLEET = { feature: 'diagnose', namespace: 'cattle-fleet-system' } as const
const RBAC = 'rbac.authorization.k8s.io'

/** What a right is for, and what does not work without it. */
export const features = {
  identify: 'to prove that this is the cluster that Rancher means',
  diagnose: 'to see why the agents are lost',
  plan: 'to compare the agents with what Rancher wants',
  apply: 'to apply an approved plan',
  install: 'to install the agents where everything of them is gone',
} as const

export type Feature = keyof typeof features

/** One verb on one kind of objects. */
export interface ClusterRight {
  readonly feature: Feature
  readonly verb: string
  /** `''` for the core group. */
  readonly group: string
  readonly resource: string
  readonly subresource?: 'log'
  readonly kind: string
  /** Absent: at the cluster scope. */
  readonly namespace?: string
  /** Only these; absent: all, where a verb or unknown names do not allow less. */
  readonly names?: readonly string[]
  /** Completes “Reagent uses it to …”. */
  readonly why: string
}

/** What agent manifests consist of; `names` where they are known before (reference: the allow-list of the manifest). */
const MANIFEST_KINDS = [
  { kind: 'Namespace', group: '', resource: 'namespaces', names: [AGENTS] },
  {
    kind: 'ServiceAccount',
    group: '',
    resource: 'serviceaccounts',
    namespace: AGENTS,
    names: ['cattle'],
  },
  {
    kind: 'ClusterRole',
    group: RBAC,
    resource: 'clusterroles',
    names: AGENT_ROLES,
  },
  {
    kind: 'ClusterRoleBinding',
    group: RBAC,
    resource: 'clusterrolebindings',
    names: ['cattle-admin-binding', 'proxy-role-binding-kubernetes-master'],
  },
  // The credentials secret is named by a hash that changes with the token.
  { kind: 'Secret', group: '', resource: 'secrets', namespace: AGENTS },
  {
    kind: 'Deployment',
    group: 'apps',
    resource: 'deployments',
    namespace: AGENTS,
    names: ['cattle-cluster-agent'],
  },
  {
    kind: 'DaemonSet',
    group: 'apps',
    resource: 'daemonsets',
    namespace: AGENTS,
    names: ['cattle-node-agent'],
  },
  {
    kind: 'Service',
    group: '',
    resource: 'services',
    namespace: AGENTS,
    names: ['cattle-cluster-agent'],
  },
] as const

/** What is usually there still: without a right to create these, agents cannot be installed from nothing. */
const CREATED_BY_INSTALL_ONLY = ['Namespace', 'ServiceAccount', 'ClusterRole', 'ClusterRoleBinding']

function rightsOf(kind: (typeof MANIFEST_KINDS)[number]): readonly ClusterRight[] {
  const { names, ...place } = { names: undefined, ...kind }
  const named = { ...place, ...(names && { names }) }
  const isForInstall = CREATED_BY_INSTALL_ONLY.includes(kind.kind)
  return [
    { ...named, feature: 'plan', verb: 'get', why: `read the ${kind.kind} of the agents` },
    {
      ...named,
      feature: 'plan',
      verb: 'patch',
      why: `try the change of the ${kind.kind} without writing, and write it once it is approved`,
    },
    // RBAC cannot restrict `create` to names: an object has none when the question is asked.
    {
      ...place,
      feature: isForInstall ? 'install' : 'apply',
      verb: 'create',
      why: createReason(kind.kind),
    },
  ]
}

function createReason(kind: string): string {
  return kind === 'Secret'
    ? 'create the credentials secret of another token, and to keep what is replaced'
    : `create the ${kind} of the agents where it is gone`
}

/** Everything that the credential of a cluster is used for, most needed first. */
export const clusterRights: readonly ClusterRight[] = [
  {
    feature: 'identify',
    verb: 'get',
    group: '',
    resource: 'namespaces',
    kind: 'Namespace',
    names: ['kube-system'],
    why: 'read the uid of the namespace kube-system',
  },
  ...MANIFEST_KINDS.flatMap(rightsOf),
  {
    feature: 'diagnose',
    verb: 'list',
    group: '',
    resource: 'pods',
    kind: 'Pods',
    namespace: AGENTS,
    why: 'see the state of the agents’ pods',
  },
  {
    feature: 'diagnose',
    verb: 'get',
    group: '',
    resource: 'pods',
    subresource: 'log',
    kind: 'Pods',
    namespace: AGENTS,
    why: 'read what the agents say',
  },
  {
    feature: 'diagnose',
    verb: 'list',
    group: '',
    resource: 'events',
    kind: 'Events',
    namespace: AGENTS,
    why: 'see why pods do not start',
  },
  {
    feature: 'diagnose',
    verb: 'list',
    group: '',
    resource: 'nodes',
    kind: 'Nodes',
    why: 'see runtimes, versions and taints of the nodes',
  },
  {
    feature: 'diagnose',
    verb: 'get',
    group: 'scheduling.k8s.io',
    resource: 'priorityclasses',
    kind: 'PriorityClass',
    names: ['cattle-cluster-agent-priority-class'],
    why: 'see whether the agents have a priority class of their own',
  },
  {
    feature: 'diagnose',
    verb: 'get',
    group: '',
    resource: 'configmaps',
    kind: 'ConfigMap',
    namespace: AGENTS,
    names: ['kube-root-ca.crt'],
    why: 'see which authority of the cluster the agents report to Rancher',
  },
  {
    feature: 'diagnose',
    verb: 'list',
    group: 'apps',
    resource: 'deployments',
    kind: 'Deployments',
    namespace: 'kube-system',
    why: 'see whether the cluster’s name server runs',
  },
  {
    feature: 'diagnose',
    verb: 'get',
    group: '',
    resource: 'services',
    kind: 'Service',
    namespace: 'default',
    names: ['kubernetes'],
    why: 'compare the address that the agents report with that in Rancher',
  },
  {
    feature: 'diagnose',
    verb: 'get',
    group: '',
    resource: 'endpoints',
    kind: 'Endpoints',
    namespace: 'default',
    names: ['kubernetes'],
    why: 'compare the address that the agents report with that in Rancher',
  },
  ...['validatingwebhookconfigurations', 'mutatingwebhookconfigurations'].map(
    (resource): ClusterRight => ({
      feature: 'diagnose',
      verb: 'list',
      group: 'admissionregistration.k8s.io',
      resource,
      kind: resource.startsWith('v')
        ? 'ValidatingWebhookConfigurations'
        : 'MutatingWebhookConfigurations',
      why: 'see which webhooks could refuse the agents',
    }),
  ),
  // Kubernetes lets nobody hand out more rights than they have, and the agents' role has all
  // (https://kubernetes.io/docs/reference/access-authn-authz/rbac/#privilege-escalation-prevention-and-bootstrapping). `escalate` cannot
  // be restricted to names either: a role that is created has none when the question is asked (tried on 1.20).
  {
    feature: 'install',
    verb: 'escalate',
    group: RBAC,
    resource: 'clusterroles',
    kind: 'ClusterRole',
    why: 'create the role of the agents, which has all rights',
  },
  {
    feature: 'install',
    verb: 'bind',
    group: RBAC,
    resource: 'clusterroles',
    kind: 'ClusterRole',
    names: AGENT_ROLES,
    why: 'give that role to the agents',
  },
]

/** What shows whether Fleet's agent holds an old authority. Apart, because clusters before Rancher 2.5 have no such namespace. */
export const fleetRights: readonly ClusterRight[] = [
  ...['deployments', 'statefulsets'].map(
    (resource): ClusterRight => ({
      ...FLEET,
      verb: 'get',
      group: 'apps',
      resource,
      kind: resource === 'deployments' ? 'Deployment' : 'StatefulSet',
      names: ['fleet-agent'],
      why: 'see whether Fleet’s agent runs',
    }),
  ),
  {
    ...FLEET,
    verb: 'list',
    group: '',
    resource: 'pods',
    kind: 'Pods',
    why: 'find the pod of Fleet’s agent',
  },
  {
    ...FLEET,
    verb: 'get',
    group: '',
    resource: 'pods',
    subresource: 'log',
    kind: 'Pods',
    why: 'read what Fleet’s agent says',
  },
]

/** The question whether a credential has this right; for one that is limited to names, on the first of them. */
export function accessOf({
  verb,
  group,
  resource,
  subresource,
  namespace,
  names,
}: ClusterRight): Access {
  return {
    verb,
    group,
    resource,
    ...(subresource && { subresource }),
    ...(namespace && { namespace }),
    ...(names?.[0] && { name: names[0] }),
  }
}

/** `patch Deployment in cattle-system`, the way a failure names it. */
export function nameOfRight({
  verb,
  kind,
  namespace,
  names,
  subresource,
  feature,
}: ClusterRight): string {
  const what = subresource === 'log' ? `read the logs of ${kind}` : `${verb} ${kind}`
  if (namespace) return `${what} in ${namespace}`
  const isNamed = feature === 'identify' || verb === 'escalate' || verb === 'bind'
  return isNamed && names?.[0] ? `${what} ${names[0]}` : what
}
