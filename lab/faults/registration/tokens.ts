import { credentialsSecrets } from '../agent-manifest.ts'
import type { Fault } from '../contract.ts'
import { deleteServiceAccount } from '../service-account.ts'
import { AGENTS_NAMESPACE, cutTunnels, restartAgents } from '../stage.ts'
import { isOlderThan } from '../version.ts'

/** What an agent says whose token Rancher does not know: up to 2.2 the same as for anything that is no web socket. */
const unknownToken = (version: string) =>
  isOlderThan(version, 2, 3)
    ? /websocket: bad handshake/
    : /Response status: \d+ - .*Response body: cluster not found/

const refusedInServerLog = (version: string) =>
  isOlderThan(version, 2, 5)
    ? /superfluous response\.WriteHeader call from github\.com\/rancher\/rancher\/pkg\/remotedialer/
    : /Failed to handle tunnel request from remote address .*: response 400: cluster not found/

export const tokenRevoked: Fault = {
  name: 'token-revoked',
  title:
    "the cluster's registration tokens were deleted in Rancher, and the agents had to connect again",
  causes: ['token-revoked'],
  reapplyHelps: true,
  async play(stage, random) {
    stage.rancher.revokeRegistrations(stage.clusterId, { disconnect: true })
    if (random.chance(0.5)) await restartAgents(stage)
  },
  symptom: ({ rancherVersion }) => ({
    rancherState: 'unavailable',
    agentLog: unknownToken(rancherVersion),
    serverLog: refusedInServerLog(rancherVersion),
  }),
}

export const credentialsOfAnotherCluster: Fault = {
  name: 'credentials-of-another-cluster',
  title: "somebody applied another cluster's registration here: the agents report as that one",
  causes: ['credentials-of-another-cluster'],
  reapplyHelps: true,
  async play(stage, random) {
    const other = stage.rancher.addCluster({
      name: random.pick(['staging', 'edge-7', 'k8s-old']),
      lost: random.chance(0.5),
    })
    const registration = { token: other.registrationToken, clusterId: other.id }
    await stage.cluster.applyAsKubectl(await stage.manifestOf(registration))
  },
  symptom: () => ({
    rancherState: 'unavailable',
    serverLog: /Handling backend connection request \[c-/,
  }),
}

export const credentialsMissing: Fault = {
  name: 'credentials-missing',
  title: "the agents' credentials Secret was deleted; their new pods cannot start",
  causes: ['credentials-missing'],
  reapplyHelps: true,
  async play(stage) {
    for (const name of await credentialsSecrets(stage.cluster)) {
      await stage.cluster.api('DELETE', `${AGENTS_NAMESPACE}/secrets/${name}`)
    }
    await restartAgents(stage)
  },
  symptom: () => ({
    rancherState: 'unavailable',
    event:
      /FailedMount: MountVolume\.SetUp failed for volume "cattle-credentials" : secret "cattle-credentials-\w+" not found/,
    pod: /ContainerCreating/,
  }),
}

export const serviceAccountMissing: Fault = {
  name: 'service-account-missing',
  title: "the agents' service account was deleted; their controllers cannot make pods",
  causes: ['service-account-missing'],
  reapplyHelps: true,
  async play(stage) {
    await deleteServiceAccount(stage.cluster)
    await restartAgents(stage)
  },
  symptom: () => ({
    rancherState: 'unavailable',
    event: /FailedCreate: Error creating: pods ".*" is forbidden: error looking up service account/,
  }),
}

export const clusterDeleted: Fault = {
  name: 'cluster-deleted',
  title: 'the cluster was deleted in Rancher; its agents are still there',
  causes: ['cluster-deleted'],
  reapplyHelps: false,
  async play(stage, random) {
    stage.rancher.removeCluster(stage.clusterId)
    if (random.chance(0.5)) await restartAgents(stage)
    else cutTunnels(stage)
  },
  symptom: ({ rancherVersion }) => ({
    agentLog: unknownToken(rancherVersion),
    serverLog: refusedInServerLog(rancherVersion),
  }),
}
