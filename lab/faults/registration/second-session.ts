import { until } from '../../world/index.ts'
import { setAgentEnv } from '../agent-manifest.ts'
import type { Fault } from '../contract.ts'
import { restartAgents, rotateAuthority } from '../stage.ts'
import { isOlderThan } from '../version.ts'

const since = (major: number, minor: number) => (version: string) =>
  !isOlderThan(version, major, minor)

export const importManifestApplied: Fault = {
  name: 'import-manifest-applied',
  title:
    'somebody applied the import manifest over the agents: the tunnel is up, Rancher’s second session is not',
  causes: ['agent-features-missing'],
  reapplyHelps: true,
  existsOn: since(2, 6),
  async play(stage) {
    const { rancher, clusterId, cluster } = stage
    const token = rancher.sessions(clusterId).find(({ kind }) => kind === 'cluster')?.token ?? ''
    await cluster.applyAsKubectl(await stage.manifestOf({ token, clusterId }))
    await until('the tunnel alone to be open', () => {
      const kinds = rancher.sessions(clusterId).map(({ kind }) => kind)
      return kinds.includes('cluster') && !kinds.includes('second')
    })
  },
  symptom: () => ({ rancherState: 'unavailable', agentLog: /Connecting to proxy/ }),
}

export const sessionStale: Fault = {
  name: 'session-stale',
  title: 'a Rancher server holds a session that leads nowhere; the agents see nothing wrong',
  causes: ['tunnel-session-stale'],
  reapplyHelps: false,
  existsOn: since(2, 6),
  play: async ({ rancher, clusterId }) => rancher.failPings(clusterId, true),
  symptom: () => ({ rancherState: 'unavailable' }),
}

export const fleetAgentHoldsOldAuthority: Fault = {
  name: 'fleet-agent-holds-old-authority',
  title: 'the authority changed and the agents know it; only Fleet’s agent was forgotten',
  causes: ['fleet-agent-ca-stale'],
  reapplyHelps: false,
  existsOn: since(2, 6),
  async play(stage) {
    rotateAuthority(stage)
    stage.workerCaPem = stage.rancher.caPem
    await setAgentEnv(stage.cluster, { CATTLE_CA_CHECKSUM: stage.rancher.caChecksum })
    await restartAgents(stage)
    const fleet = stage.cluster.agents().find(({ app }) => app === 'fleet-agent')
    await stage.cluster.api(
      'DELETE',
      `/api/v1/namespaces/cattle-fleet-system/pods/${fleet?.pod ?? ''}`,
    )
    await until(
      'the agents to be connected again',
      () => stage.rancher.clusterState(stage.clusterId) === 'active',
    )
  },
  symptom: () => ({
    rancherState: 'active',
    fleetLog: /x509: certificate signed by unknown authority/,
  }),
}
