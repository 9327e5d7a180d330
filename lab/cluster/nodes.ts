import type { Admin } from './admin.ts'
import type { Distribution, LabNode, LabNodeOptions } from './contract.ts'

/** How the nodes of a distribution look, unless somebody asks for other ones. */
interface Nodes {
  readonly nodes: readonly LabNodeOptions[]
  readonly runtime: string
  readonly osImage: string
  readonly kubeletVersion: string
  readonly labels: Readonly<Record<string, string>>
}

const role = (...names: readonly string[]) =>
  Object.fromEntries(names.map((name) => [`node-role.kubernetes.io/${name}`, 'true']))

const DISTRIBUTIONS: Readonly<Record<Distribution, Nodes>> = {
  imported: {
    nodes: [{ name: 'w1' }, { name: 'w2' }, { name: 'w3' }],
    runtime: 'docker://17.3.2',
    osImage: 'Ubuntu 16.04.7 LTS',
    kubeletVersion: 'v1.20.2',
    labels: role('worker'),
  },
  // RKE taints its control plane with a value, and etcd besides (rancher/rke:services/node.go).
  rke1: {
    nodes: [
      {
        name: 'cp1',
        labels: role('controlplane', 'etcd'),
        taints: [
          { key: 'node-role.kubernetes.io/controlplane', value: 'true', effect: 'NoSchedule' },
          { key: 'node-role.kubernetes.io/etcd', value: 'true', effect: 'NoExecute' },
        ],
      },
      { name: 'w1', labels: role('worker') },
      { name: 'w2', labels: role('worker') },
    ],
    runtime: 'docker://19.3.15',
    osImage: 'Ubuntu 18.04.6 LTS',
    kubeletVersion: 'v1.20.2',
    labels: {},
  },
  rke2: {
    nodes: [
      {
        name: 'cp1',
        labels: role('control-plane', 'etcd', 'master'),
        taints: [
          { key: 'node-role.kubernetes.io/control-plane', effect: 'NoSchedule' },
          { key: 'node-role.kubernetes.io/etcd', effect: 'NoExecute' },
        ],
      },
      { name: 'w1', labels: role('worker') },
      { name: 'w2', labels: role('worker') },
    ],
    runtime: 'containerd://1.4.4-k3s2',
    osImage: 'SUSE Linux Enterprise Server 15 SP3',
    kubeletVersion: 'v1.20.2+rke2r1',
    labels: { 'node.kubernetes.io/instance-type': 'rke2' },
  },
  k3s: {
    nodes: [{ name: 'cp1', labels: role('control-plane', 'master') }, { name: 'w1' }],
    runtime: 'containerd://1.4.3-k3s3',
    osImage: 'Debian GNU/Linux 10 (buster)',
    kubeletVersion: 'v1.20.2+k3s1',
    labels: { 'node.kubernetes.io/instance-type': 'k3s' },
  },
  hosted: {
    nodes: [{ name: 'ip-192-0-2-21' }, { name: 'ip-192-0-2-22' }],
    runtime: 'containerd://1.4.6',
    osImage: 'Amazon Linux 2',
    kubeletVersion: 'v1.20.2-eks-1a2b3c',
    labels: { 'eks.amazonaws.com/nodegroup': 'workers' },
  },
}

export function nodesOf(
  distribution: Distribution,
  asked?: readonly LabNodeOptions[],
): readonly LabNode[] {
  const usual = DISTRIBUTIONS[distribution]
  return (asked ?? usual.nodes).map((node) => ({
    name: node.name,
    runtime: node.runtime ?? usual.runtime,
    osImage: node.osImage ?? usual.osImage,
    kubeletVersion: node.kubeletVersion ?? usual.kubeletVersion,
    taints: node.taints ?? [],
    labels: {
      'beta.kubernetes.io/os': 'linux',
      'kubernetes.io/os': 'linux',
      'kubernetes.io/hostname': node.name,
      ...usual.labels,
      ...node.labels,
    },
  }))
}

/** Registers the nodes; `kubeletPort` is where the API server finds container logs. */
export async function registerNodes(
  admin: Admin,
  nodes: readonly LabNode[],
  kubeletPort: number,
): Promise<void> {
  for (const { name, labels, taints, runtime, osImage, kubeletVersion } of nodes) {
    await admin.must('POST', '/api/v1/nodes', {
      apiVersion: 'v1',
      kind: 'Node',
      metadata: { name, labels },
      ...(taints.length > 0 && { spec: { taints } }),
      status: {
        addresses: [
          { type: 'InternalIP', address: '127.0.0.1' },
          { type: 'Hostname', address: name },
        ],
        daemonEndpoints: { kubeletEndpoint: { Port: kubeletPort } },
        allocatable: { cpu: '4', memory: '16Gi', pods: '110' },
        capacity: { cpu: '4', memory: '16Gi', pods: '110' },
        conditions: [{ type: 'Ready', status: 'True', reason: 'KubeletReady' }],
        nodeInfo: {
          machineID: '',
          systemUUID: '',
          bootID: '',
          kernelVersion: '4.15.0-34-generic',
          osImage,
          containerRuntimeVersion: runtime,
          kubeletVersion,
          kubeProxyVersion: kubeletVersion,
          operatingSystem: 'linux',
          architecture: 'amd64',
        },
      },
    })
    // The API server taints what has just joined (TaintNodesByCondition); the node controller takes that off a node that is ready.
    await admin.merge(`/api/v1/nodes/${name}`, { spec: { taints } }, 'kube-controller-manager')
  }
}
