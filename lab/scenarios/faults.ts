import { recordsAt, textAt } from '../../src/cluster/index.ts'
import {
  deleteAgents as deleteBothAgents,
  revokeRegistrations,
  rotateCertificateAuthority as rotateAuthority,
  until,
  type World,
} from '../world/index.ts'
import type { Story } from './story.ts'

/** Waits for what the agents print when they try again, so that every telling of a story finds the same evidence. */
async function everyAgentSays({ cluster }: World, refusal: RegExp): Promise<void> {
  await until(`every agent to say ${refusal}`, async () => {
    const { body } = await cluster.api('GET', '/api/v1/namespaces/cattle-system/pods')
    const names = recordsAt(body, 'items').map((pod) => textAt(pod, 'metadata', 'name') ?? '')
    return names.every((name) => cluster.podLog(name).some((line) => refusal.test(line)))
  })
}

/** The incident: Rancher came back with another certificate authority, and the agents still pin the old one. */
export async function rotateCertificateAuthority({
  world,
  notes,
  clusterIsLost,
}: Story): Promise<void> {
  notes('Rancher comes back with a new certificate authority')
  await rotateAuthority(world)
  await clusterIsLost()
  await everyAgentSays(world, /x509: certificate signed by unknown authority/)
}

export async function revokeToken({ world, notes, clusterIsLost }: Story): Promise<void> {
  notes('the registration token of the agents is deleted in Rancher')
  revokeRegistrations(world)
  await clusterIsLost()
  await everyAgentSays(world, /websocket: bad handshake/)
}

/** Somebody has limited the API token to another cluster: Rancher answers 401 to it. */
export function refuseApiToken({ world, notes }: Story): void {
  notes('Rancher does not accept the API token any more')
  world.rancher.changeApiToken({ clusterId: 'c-other' })
}

export async function deleteAgents({ world, notes, clusterIsLost }: Story): Promise<void> {
  notes('somebody deletes both agents')
  await deleteBothAgents(world)
  await clusterIsLost()
}

/** Everything of the agents is gone, so that a plan has to create all of it. */
export async function deleteNamespace({ world, notes, clusterIsLost }: Story): Promise<void> {
  notes('somebody deletes the namespace cattle-system and the role of the agents')
  const rbac = 'rbac.authorization.k8s.io/v1'
  await deleteBothAgents(world)
  await world.cluster.deleteObject({ apiVersion: rbac, kind: 'ClusterRole', name: 'cattle-admin' })
  await world.cluster.deleteObject({
    apiVersion: rbac,
    kind: 'ClusterRoleBinding',
    name: 'cattle-admin-binding',
  })
  await clusterIsLost()
}
