import type { JsonRecord } from '../../cluster/index.ts'
import { credentialsSecretNameOf, has } from '../version-differences.ts'
import type { ManifestFacts } from './facts.ts'

export const NAMESPACE = 'cattle-system'

const RBAC = 'rbac.authorization.k8s.io'
const byRancher = { 'cattle.io/creator': 'norman' }

/** Name of the Secret that the agents of this manifest log in with. */
export function credentialsNameIn({ version, url, token }: ManifestFacts): string {
  return credentialsSecretNameOf(version, { url, token: token.reveal(), namespace: '' })
}

/** Lets the API server of the cluster reach its kubelets. */
export function kubeApiServerRole(): readonly JsonRecord[] {
  return [
    {
      apiVersion: `${RBAC}/v1`,
      kind: 'ClusterRole',
      metadata: { name: 'proxy-clusterrole-kubeapiserver' },
      rules: [
        {
          apiGroups: [''],
          resources: ['nodes/metrics', 'nodes/proxy', 'nodes/stats', 'nodes/log', 'nodes/spec'],
          verbs: ['get', 'list', 'watch', 'create'],
        },
      ],
    },
    {
      apiVersion: `${RBAC}/v1`,
      kind: 'ClusterRoleBinding',
      metadata: { name: 'proxy-role-binding-kubernetes-master' },
      roleRef: { apiGroup: RBAC, kind: 'ClusterRole', name: 'proxy-clusterrole-kubeapiserver' },
      subjects: [{ apiGroup: RBAC, kind: 'User', name: 'kube-apiserver' }],
    },
  ]
}

/** The namespace, the account with all rights that the agents run as, and what they log in with. */
export function accountAndCredentials(facts: ManifestFacts): readonly JsonRecord[] {
  const { version, url, token } = facts
  const base64 = (text: string) => Buffer.from(text).toString('base64')
  return [
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: NAMESPACE } },
    {
      apiVersion: 'v1',
      kind: 'ServiceAccount',
      metadata: { name: 'cattle', namespace: NAMESPACE },
    },
    {
      apiVersion: `${RBAC}/${has(version, 'rbacV1') ? 'v1' : 'v1beta1'}`,
      kind: 'ClusterRoleBinding',
      metadata: { name: 'cattle-admin-binding', namespace: NAMESPACE, labels: byRancher },
      subjects: [{ kind: 'ServiceAccount', name: 'cattle', namespace: NAMESPACE }],
      roleRef: { kind: 'ClusterRole', name: 'cattle-admin', apiGroup: RBAC },
    },
    {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: credentialsNameIn(facts), namespace: NAMESPACE },
      type: 'Opaque',
      data: {
        url: base64(url),
        token: base64(token.reveal()),
        ...(has(version, 'secretNameOverUrl') && { namespace: '' }),
      },
    },
    {
      apiVersion: `${RBAC}/v1`,
      kind: 'ClusterRole',
      metadata: { name: 'cattle-admin', labels: byRancher },
      rules: [
        { apiGroups: ['*'], resources: ['*'], verbs: ['*'] },
        { nonResourceURLs: ['*'], verbs: ['*'] },
      ],
    },
  ]
}

/** How the cluster agent is reached within its cluster. */
export function agentService(): JsonRecord {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'cattle-cluster-agent', namespace: NAMESPACE },
    spec: {
      ports: [
        { port: 80, targetPort: 80, protocol: 'TCP', name: 'http' },
        { port: 443, targetPort: 444, protocol: 'TCP', name: 'https-internal' },
      ],
      selector: { app: 'cattle-cluster-agent' },
    },
  }
}

export function podDisruptionBudget(spec: JsonRecord): JsonRecord {
  return {
    apiVersion: 'policy/v1',
    kind: 'PodDisruptionBudget',
    metadata: { name: 'cattle-cluster-agent-pod-disruption-budget', namespace: NAMESPACE },
    spec: { ...spec, selector: { matchLabels: { app: 'cattle-cluster-agent' } } },
  }
}
