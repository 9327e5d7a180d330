import type { Story } from './story.ts'

const AGENT = { namespace: 'cattle-system', apiVersion: 'apps/v1' } as const

/** The incident: Rancher came back with another certificate authority, and the agents still pin the old one. */
export async function rotateCertificateAuthority({
  world,
  notes,
  clusterIsLost,
}: Story): Promise<void> {
  notes('Rancher comes back with a new certificate authority')
  world.rancher.rotateCa()
  await clusterIsLost()
}

export async function revokeToken({ world, notes, clusterIsLost }: Story): Promise<void> {
  notes('the registration token of the agents is deleted in Rancher')
  world.rancher.revokeRegistrations(world.clusterId, { disconnect: true })
  await clusterIsLost()
}

export async function deleteAgents({ world, notes, clusterIsLost }: Story): Promise<void> {
  notes('somebody deletes both agents')
  await world.cluster.deleteObject({ ...AGENT, kind: 'Deployment', name: 'cattle-cluster-agent' })
  await world.cluster.deleteObject({ ...AGENT, kind: 'DaemonSet', name: 'cattle-node-agent' })
  await clusterIsLost()
}

/** Everything of the agents is gone, so that a plan has to create all of it. */
export async function deleteNamespace({ world, notes, clusterIsLost }: Story): Promise<void> {
  notes('somebody deletes the namespace cattle-system and the role of the agents')
  const rbac = 'rbac.authorization.k8s.io/v1'
  for (const kind of ['Deployment', 'DaemonSet']) {
    const name = kind === 'Deployment' ? 'cattle-cluster-agent' : 'cattle-node-agent'
    await world.cluster.deleteObject({ ...AGENT, kind, name })
  }
  await world.cluster.deleteObject({ apiVersion: rbac, kind: 'ClusterRole', name: 'cattle-admin' })
  await world.cluster.deleteObject({
    apiVersion: rbac,
    kind: 'ClusterRoleBinding',
    name: 'cattle-admin-binding',
  })
  await clusterIsLost()
}
