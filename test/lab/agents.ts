import { expect } from 'vitest'
import type { LabCluster } from '../../lab/cluster/index.ts'

export const NAMESPACE = 'cattle-system'

export interface Pod {
  readonly metadata: { readonly name: string; readonly labels: Readonly<Record<string, string>> }
  readonly spec: { readonly nodeName: string }
  readonly status: {
    readonly phase: string
    readonly containerStatuses?: readonly {
      readonly ready: boolean
      readonly restartCount: number
      readonly state: { readonly waiting?: { readonly reason: string } }
      readonly lastState: {
        readonly terminated?: { readonly exitCode: number; readonly reason: string }
      }
    }[]
  }
}

export async function podsOf(cluster: LabCluster, app: string): Promise<readonly Pod[]> {
  const path = `/api/v1/namespaces/${NAMESPACE}/pods?labelSelector=app%3D${app}`
  const { body } = await cluster.api('GET', path)
  return body.items as readonly Pod[]
}

export async function containerOf(cluster: LabCluster, app: string) {
  const [pod] = await podsOf(cluster, app)
  return pod?.status.containerStatuses?.[0]
}

export async function statusOf(cluster: LabCluster, kind: 'Deployment' | 'DaemonSet') {
  const name = kind === 'Deployment' ? 'cattle-cluster-agent' : 'cattle-node-agent'
  const object = await cluster.find({ apiVersion: 'apps/v1', kind, namespace: NAMESPACE, name })
  return object?.status
}

/** `reason: message` of each event in cattle-system. */
export async function eventsOf(cluster: LabCluster): Promise<readonly string[]> {
  const { body } = await cluster.api('GET', `/api/v1/namespaces/${NAMESPACE}/events`)
  const items = body.items as readonly { readonly reason: string; readonly message: string }[]
  return items.map(({ reason, message }) => `${reason}: ${message}`)
}

/** Waits until it is so, for at most ten seconds. */
export function eventually<T>(find: () => T | Promise<T>) {
  return expect.poll(find, { timeout: 10_000, interval: 15 })
}

export async function untilRolledOut(cluster: LabCluster): Promise<void> {
  await eventually(() => statusOf(cluster, 'Deployment')).toMatchObject({ readyReplicas: 1 })
  await eventually(() => statusOf(cluster, 'DaemonSet')).toMatchObject({
    numberReady: 3,
    updatedNumberScheduled: 3,
  })
}
