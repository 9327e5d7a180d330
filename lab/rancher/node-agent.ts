import { credentialsMount, notOnWindows } from './cluster-agent.ts'
import type { ManifestSources } from './manifest-contract.ts'
import type { JsonObject } from './recorded.ts'

/** The DaemonSet `cattle-node-agent` of a manifest. */
export function nodeAgent(sources: ManifestSources, secretName: string): JsonObject {
  const { quirks } = sources
  const hasAppsV1 = quirks.has('appsV1')
  return {
    apiVersion: hasAppsV1 ? 'apps/v1' : 'extensions/v1beta1',
    kind: 'DaemonSet',
    metadata: { name: 'cattle-node-agent', namespace: 'cattle-system' },
    spec: {
      selector: { matchLabels: { app: 'cattle-agent' } },
      template: {
        metadata: { labels: { app: 'cattle-agent' } },
        spec: {
          affinity: {
            nodeAffinity: notOnWindows(
              quirks.has('preferredNodes') ? 'kubernetes.io/os' : 'beta.kubernetes.io/os',
            ),
          },
          hostNetwork: true,
          serviceAccountName: 'cattle',
          tolerations:
            quirks.has('toleratesEverything') || quirks.has('tolerationsFromTaints')
              ? [{ operator: 'Exists' }]
              : [
                  { effect: 'NoExecute', key: 'node-role.kubernetes.io/etcd', value: 'true' },
                  {
                    effect: 'NoSchedule',
                    key: 'node-role.kubernetes.io/controlplane',
                    value: 'true',
                  },
                ],
          containers: [
            {
              name: 'agent',
              image: sources.agentImage,
              imagePullPolicy: 'IfNotPresent',
              env: [
                {
                  name: 'CATTLE_NODE_NAME',
                  valueFrom: { fieldRef: { fieldPath: 'spec.nodeName' } },
                },
                ...Object.entries(variables(sources)).map(([name, value]) => ({ name, value })),
              ],
              volumeMounts: [
                { name: 'cattle-credentials', mountPath: '/cattle-credentials', readOnly: true },
                { name: 'k8s-ssl', mountPath: '/etc/kubernetes' },
                { name: 'var-run', mountPath: '/var/run' },
                { name: 'run', mountPath: '/run' },
                ...(hasAppsV1 ? [{ name: 'docker-certs', mountPath: '/etc/docker/certs.d' }] : []),
              ],
              securityContext: { privileged: true },
            },
          ],
          volumes: [
            hostPath('k8s-ssl', '/etc/kubernetes'),
            hostPath('var-run', '/var/run'),
            hostPath('run', '/run'),
            { name: 'cattle-credentials', secret: credentialsMount(quirks, secretName) },
            ...(hasAppsV1 ? [hostPath('docker-certs', '/etc/docker/certs.d')] : []),
          ],
        },
      },
      updateStrategy: { type: 'RollingUpdate' },
    },
  }
}

function variables({ serverUrl, caChecksum }: ManifestSources): Readonly<Record<string, string>> {
  return {
    CATTLE_SERVER: serverUrl,
    CATTLE_CA_CHECKSUM: caChecksum,
    CATTLE_CLUSTER: 'false',
    CATTLE_K8S_MANAGED: 'true',
    CATTLE_AGENT_CONNECT: 'true',
  }
}

function hostPath(name: string, path: string): JsonObject {
  return { name, hostPath: { path, type: 'DirectoryOrCreate' } }
}
