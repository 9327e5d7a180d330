import type { World } from './contract.ts'

const AGENT = { namespace: 'cattle-system', apiVersion: 'apps/v1' } as const

/**
 * Rancher gets another certificate authority, and the agents still pin the old one. The worker is given the new one, which
 * it reads when it starts: where it runs, it is started again.
 */
export async function rotateCertificateAuthority(world: World): Promise<void> {
  world.rancher.rotateCa()
  await world.trustRancher()
  if (world.worker === null) return
  await world.endWorker('SIGTERM')
  await world.startWorker()
}

/** The registration token of the agents is deleted in Rancher, and they are cut off. */
export function revokeRegistrations({
  rancher,
  clusterId,
}: Pick<World, 'rancher' | 'clusterId'>): void {
  rancher.revokeRegistrations(clusterId, { disconnect: true })
}

/** Somebody deletes both agents from the cluster. */
export async function deleteAgents({ cluster }: Pick<World, 'cluster'>): Promise<void> {
  await cluster.deleteObject({ ...AGENT, kind: 'Deployment', name: 'cattle-cluster-agent' })
  await cluster.deleteObject({ ...AGENT, kind: 'DaemonSet', name: 'cattle-node-agent' })
}
