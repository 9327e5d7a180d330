import type { JsonRecord } from '../../cluster/index.ts'
import { has } from '../version-differences.ts'
import { credentialsMount, credentialsVolume } from './cluster-agent.ts'
import { NAMESPACE } from './common-objects.ts'
import type { ManifestFacts } from './facts.ts'
import { linuxOnly } from './scheduling.ts'

/** Whether the manifest has DaemonSet `cattle-node-agent`. */
export function hasNodeAgent({ version, isRke }: ManifestFacts): boolean {
  if (has(version, 'noNodeAgent')) return false
  if (!has(version, 'nodeAgentOnRkeOnly')) return true
  // From 2.5.0 to 2.5.5 the manifest was made without knowing the cluster (rancher/rancher#31417).
  return isRke && has(version, 'importPathWithClusterId')
}

/** DaemonSet `cattle-node-agent`. */
export function nodeAgent(facts: ManifestFacts): JsonRecord {
  const { version } = facts
  const labels = { app: 'cattle-agent' }
  // The template of 2.1 has no mount propagation, no certificates of docker and no limit of a rollout yet.
  const isLater = has(version, 'appsV1')
  const propagation = isLater && { mountPropagation: 'HostToContainer' }
  return {
    apiVersion: isLater ? 'apps/v1' : 'extensions/v1beta1',
    kind: 'DaemonSet',
    metadata: { name: 'cattle-node-agent', namespace: NAMESPACE },
    spec: {
      selector: { matchLabels: labels },
      template: {
        metadata: { labels },
        spec: {
          affinity: {
            nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: linuxOnly() },
          },
          hostNetwork: true,
          serviceAccountName: 'cattle',
          tolerations: has(version, 'agentToleratesAll')
            ? [{ operator: 'Exists' }]
            : OLD_TOLERATIONS,
          containers: [
            {
              name: 'agent',
              image: facts.image,
              imagePullPolicy: 'IfNotPresent',
              env: [
                {
                  name: 'CATTLE_NODE_NAME',
                  valueFrom: { fieldRef: { fieldPath: 'spec.nodeName' } },
                },
                { name: 'CATTLE_SERVER', value: facts.url },
                { name: 'CATTLE_CA_CHECKSUM', value: facts.caChecksum },
                { name: 'CATTLE_CLUSTER', value: 'false' },
                { name: 'CATTLE_K8S_MANAGED', value: 'true' },
                { name: 'CATTLE_AGENT_CONNECT', value: 'true' },
                ...facts.agentVariables,
              ],
              volumeMounts: [
                credentialsMount(),
                { name: 'k8s-ssl', mountPath: '/etc/kubernetes' },
                { name: 'var-run', mountPath: '/var/run', ...propagation },
                { name: 'run', mountPath: '/run', ...propagation },
                ...(isLater ? [{ name: 'docker-certs', mountPath: DOCKER_CERTIFICATES }] : []),
              ],
              securityContext: { privileged: true },
            },
          ],
          volumes: [
            hostFolder('k8s-ssl', '/etc/kubernetes'),
            hostFolder('var-run', '/var/run'),
            hostFolder('run', '/run'),
            credentialsVolume(facts),
            ...(isLater ? [hostFolder('docker-certs', DOCKER_CERTIFICATES)] : []),
          ],
        },
      },
      updateStrategy: {
        type: 'RollingUpdate',
        ...(isLater && {
          rollingUpdate: { maxUnavailable: has(version, 'agentService') ? '50%' : '25%' },
        }),
      },
    },
  }
}

const DOCKER_CERTIFICATES = '/etc/docker/certs.d'
const OLD_TOLERATIONS = [
  { effect: 'NoExecute', key: 'node-role.kubernetes.io/etcd', value: 'true' },
  { effect: 'NoSchedule', key: 'node-role.kubernetes.io/controlplane', value: 'true' },
]

function hostFolder(name: string, path: string): JsonRecord {
  return { name, hostPath: { path, type: 'DirectoryOrCreate' } }
}
