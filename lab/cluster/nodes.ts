import type { Admin } from './admin.ts'
import type { LabNode, LabNodeOptions } from './contract.ts'

const DEFAULT_RUNTIME = 'docker://17.3.2'
const DEFAULT_NODES: readonly LabNodeOptions[] = [{ name: 'w1' }, { name: 'w2' }, { name: 'w3' }]

export function nodesOf(nodes: readonly LabNodeOptions[] = DEFAULT_NODES): readonly LabNode[] {
  return nodes.map(({ name, runtime = DEFAULT_RUNTIME }) => ({ name, runtime }))
}

/** Registers the nodes; `kubeletPort` is where the API server finds container logs. */
export async function registerNodes(
  admin: Admin,
  nodes: readonly LabNode[],
  labels: (name: string) => Readonly<Record<string, string>>,
  kubeletPort: number,
): Promise<void> {
  for (const { name, runtime } of nodes) {
    await admin.must('POST', '/api/v1/nodes', {
      apiVersion: 'v1',
      kind: 'Node',
      metadata: {
        name,
        labels: {
          'beta.kubernetes.io/os': 'linux',
          'kubernetes.io/os': 'linux',
          'kubernetes.io/hostname': name,
          'node-role.kubernetes.io/worker': 'true',
          ...labels(name),
        },
      },
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
          osImage: 'Ubuntu 16.04.7 LTS',
          containerRuntimeVersion: runtime,
          kubeletVersion: 'v1.20.2',
          kubeProxyVersion: 'v1.20.2',
          operatingSystem: 'linux',
          architecture: 'amd64',
        },
      },
    })
  }
}
