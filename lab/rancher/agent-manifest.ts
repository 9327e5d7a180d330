import { createHash } from 'node:crypto'
import type { Quirks } from '../rancher-quirks.ts'
import { clusterAgent } from './cluster-agent.ts'
import type { ManifestSources } from './manifest-contract.ts'
import { nodeAgent } from './node-agent.ts'
import type { JsonObject } from './recorded.ts'

const CREATOR = { 'cattle.io/creator': 'norman' }
const NAMESPACE = 'cattle-system'
const RBAC = 'rbac.authorization.k8s.io'
const base64 = (text: string) => Buffer.from(text).toString('base64')

/** The objects of an agent manifest, in the order in which that version writes them (`pkg/systemtemplate/template.go`). */
export function agentManifest(sources: ManifestSources): readonly JsonObject[] {
  const { quirks } = sources
  const secretName = credentialsSecretName(sources)
  const hasNodeAgent =
    quirks.has('nodeAgent') && (!quirks.has('nodeAgentOnRkeOnly') || sources.isRke)
  return [
    ...(quirks.has('proxyClusterRole') ? proxyRole() : []),
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: NAMESPACE } },
    namespaced('v1', 'ServiceAccount', 'cattle', {}),
    adminBinding(quirks),
    namespaced('v1', 'Secret', secretName, {
      type: 'Opaque',
      data: {
        url: base64(sources.serverUrl),
        token: base64(sources.token),
        ...(quirks.has('secretHasNamespace') && { namespace: base64(sources.namespace) }),
      },
    }),
    ...registrySecret(sources),
    adminRole(),
    clusterAgent(sources, secretName),
    ...(hasNodeAgent ? [nodeAgent(sources, secretName)] : []),
    ...(quirks.has('service') ? [service()] : []),
  ]
}

/** Named by a hash whose formula changed twice (`pkg/systemtemplate/import.go`). */
export function credentialsSecretName({
  quirks,
  serverUrl,
  token,
  namespace,
}: Pick<ManifestSources, 'quirks' | 'serverUrl' | 'token' | 'namespace'>): string {
  const hash = (algorithm: string, text: string) => createHash(algorithm).update(text).digest('hex')
  if (quirks.has('secretNameBySha256')) {
    return `cattle-credentials-${hash('sha256', [serverUrl, token, namespace].join('.')).slice(0, 10)}`
  }
  const hashed = quirks.has('secretNameOverUrl') ? serverUrl + token + namespace : token
  return `cattle-credentials-${hash('md5', hashed).slice(0, 7)}`
}

/** Which Rancher applies by itself, beside its manifest. */
export function priorityClass({
  quirks,
  hasPriorityClass,
}: ManifestSources): readonly JsonObject[] {
  if (!hasPriorityClass || !quirks.has('priorityClass')) return []
  const metadata = { name: 'cattle-cluster-agent-priority-class' }
  const description = 'Rancher managed Priority Class for the cattle-cluster-agent'
  const apiVersion = 'scheduling.k8s.io/v1'
  return [{ apiVersion, kind: 'PriorityClass', metadata, value: 1_000_000_000, description }]
}

function proxyRole(): readonly JsonObject[] {
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

function adminBinding(quirks: Quirks): JsonObject {
  return {
    apiVersion: `${RBAC}/${quirks.has('rbacV1') ? 'v1' : 'v1beta1'}`,
    kind: 'ClusterRoleBinding',
    // Rancher writes a namespace here, though the kind has none.
    metadata: { name: 'cattle-admin-binding', namespace: NAMESPACE, labels: CREATOR },
    subjects: [{ kind: 'ServiceAccount', name: 'cattle', namespace: NAMESPACE }],
    roleRef: { kind: 'ClusterRole', name: 'cattle-admin', apiGroup: RBAC },
  }
}

function adminRole(): JsonObject {
  return {
    apiVersion: `${RBAC}/v1`,
    kind: 'ClusterRole',
    metadata: { name: 'cattle-admin', labels: CREATOR },
    rules: [
      { apiGroups: ['*'], resources: ['*'], verbs: ['*'] },
      { nonResourceURLs: ['*'], verbs: ['*'] },
    ],
  }
}

function registrySecret({ quirks, registryCredentials }: ManifestSources): readonly JsonObject[] {
  if (registryCredentials === null || !quirks.has('privateRegistry')) return []
  const data = { '.dockerconfigjson': registryCredentials }
  const type = 'kubernetes.io/dockerconfigjson'
  return [namespaced('v1', 'Secret', 'cattle-private-registry', { type, data })]
}

function service(): JsonObject {
  return namespaced('v1', 'Service', 'cattle-cluster-agent', {
    spec: {
      ports: [
        { port: 80, targetPort: 80, protocol: 'TCP', name: 'http' },
        { port: 443, targetPort: 444, protocol: 'TCP', name: 'https-internal' },
      ],
      selector: { app: 'cattle-cluster-agent' },
    },
  })
}

function namespaced(apiVersion: string, kind: string, name: string, rest: JsonObject): JsonObject {
  return { apiVersion, kind, metadata: { name, namespace: NAMESPACE }, ...rest }
}
