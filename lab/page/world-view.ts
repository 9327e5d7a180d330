import type { World, WorldCluster } from '../world/index.ts'
import type { ClusterView, WorldView } from './contract.ts'
import type { Happenings } from './happenings.ts'
import type { Switches } from './levers.ts'

const SHOWN_LOG_LINES = 40

/** What can be seen of a world now, from where its people do not look: Rancher, the clusters, Reagent's worker. */
export function worldViewOf(
  { rancher, clusters, worker }: World,
  { isRancherDown, isWorkerStarting, apiServersDown }: Switches,
  { latest }: Happenings,
): WorldView {
  const viewOf = ({ name, id, cluster }: WorldCluster): ClusterView => ({
    name,
    id,
    state: isRancherDown ? 'unknown' : rancher.clusterState(id),
    conditions: isRancherDown ? [] : rancher.conditions(id),
    connectedAgents: rancher.sessions(id).length,
    apiServer: apiServersDown.has(name) ? 'down' : 'up',
    agents: cluster.agents(),
  })
  return {
    rancher: {
      state: isRancherDown ? 'down' : 'up',
      url: rancher.url,
      caChecksum: rancher.caChecksum,
      log: rancher.serverLog.slice(-SHOWN_LOG_LINES),
    },
    worker: isWorkerStarting ? 'starting' : worker ? 'running' : 'gone',
    clusters: clusters.map(viewOf),
    happened: [...latest],
  }
}

/** Calls when something of that may have changed. Notes what Rancher says of clusters. Gives what ends it. */
export function watchWorld(
  { rancher, clusters, onProcessChange }: World,
  { note }: Happenings,
  onChange: () => void,
): () => void {
  const nameOf = (clusterId: string) => clusters.find(({ id }) => id === clusterId)?.name
  const endings = [
    rancher.onClusterChange(({ clusterId, state }) => {
      note(`${nameOf(clusterId) ?? clusterId} is ${state} in Rancher.`)
      onChange()
    }),
    rancher.onSessionChange(onChange),
    rancher.onServerLog(onChange),
    onProcessChange(onChange),
    ...clusters.map(({ cluster }) => cluster.onAgentChange(onChange)),
  ]
  return () => {
    for (const end of endings) end()
  }
}
