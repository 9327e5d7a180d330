import type { Admin } from '../admin.ts'
import type { NodePressure } from '../contract.ts'
import { objectsAt } from '../json.ts'

const WHAT_A_KUBELET_SAYS = {
  DiskPressure: { reason: 'KubeletHasDiskPressure', message: 'kubelet has disk pressure' },
  MemoryPressure: {
    reason: 'KubeletHasInsufficientMemory',
    message: 'kubelet has insufficient memory available',
  },
} as const

const TAINTS = {
  DiskPressure: 'node.kubernetes.io/disk-pressure',
  MemoryPressure: 'node.kubernetes.io/memory-pressure',
} as const

/** A node says that it runs out of something, and is tainted for it. */
export async function pressNode(admin: Admin, node: string, pressure: NodePressure): Promise<void> {
  const path = `/api/v1/nodes/${node}`
  const { body } = await admin.api('GET', path)
  const conditions = objectsAt(body, 'status', 'conditions').filter(({ type }) => type !== pressure)
  const condition = { type: pressure, status: 'True', ...WHAT_A_KUBELET_SAYS[pressure] }
  await admin.merge(
    `${path}/status`,
    { status: { conditions: [...conditions, condition] } },
    'kubelet',
  )
  const taints = objectsAt(body, 'spec', 'taints')
  const taint = { key: TAINTS[pressure], effect: 'NoSchedule' }
  await admin.merge(path, { spec: { taints: [...taints, taint] } }, 'kube-controller-manager')
}
