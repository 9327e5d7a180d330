import type { LabAgent, LabCluster } from '../cluster/index.ts'
import type { LabRancher } from '../rancher/index.ts'
import { type Quirks, quirksOf } from '../rancher-quirks.ts'
import type { ConfiguredInRancher, WorldCluster } from './contract.ts'
import { installAgents, withServedVersion } from './install-agents.ts'
import { until } from './until.ts'

/** The one version that was recorded with a cluster of which Rancher knew no nodes, so that it never pushed its own manifest. */
const NEVER_PUSHES = '2.1.5'

/** Adds the clusters to Rancher, and gives Rancher its hands in them. Each comes with its first registration token. */
export function addClusters(
  rancher: LabRancher,
  clusters: readonly LabCluster[],
  configured: ConfiguredInRancher = {},
): readonly (WorldCluster & { readonly token: string })[] {
  const added = clusters.map((cluster) => {
    const { id, registrationToken } = rancher.addCluster({
      name: cluster.name,
      kind: cluster.distribution,
      apiEndpoint: cluster.server,
      apiServerCaPem: cluster.caPem,
      kubernetesVersion: cluster.kubernetesVersion,
      ...configured,
      ...(rancher.version !== NEVER_PUSHES && { nodes: cluster.nodes }),
    })
    rancher.leadTunnel(id, cluster.api)
    return { name: cluster.name, id, cluster, token: registrationToken }
  })
  rancher.deployWith(async (clusterId, objects, obsolete) => {
    const cluster = added.find(({ id }) => id === clusterId)?.cluster
    if (!cluster) throw new Error(`no cluster has the id ${clusterId}`)
    await cluster.applyAsKubectl(objects.map(withServedVersion))
    for (const object of obsolete) await cluster.deleteObject(object)
  })
  return added
}

/** Puts the agents on the cluster. Resolves when all that this version has are connected and Rancher has pushed what it pushes. */
export async function connectAgents(
  rancher: LabRancher,
  { name, id, cluster, token }: WorldCluster & { readonly token: string },
): Promise<WorldCluster> {
  await installAgents(rancher, cluster, { token, clusterId: id })
  const quirks = quirksOf(rancher.version)
  const isPushed = () =>
    rancher.version === NEVER_PUSHES ||
    rancher.conditions(id).some(({ type, status }) => type === 'AgentDeployed' && status === 'True')
  // The state is Rancher's word on the cluster agent alone; a story begins when the agents of the nodes are there too.
  await until(
    `the agents of ${name} to connect`,
    () =>
      rancher.clusterState(id) === 'active' &&
      isPushed() &&
      hasAllAgents(cluster, quirks) &&
      rancher.sessions(id).length === sessionsExpected(cluster, quirks),
  )
  return { name, id, cluster }
}

/** One pod of each Deployment, one a node of each DaemonSet, all of them ready and made by the template that is there now. */
function hasAllAgents(cluster: LabCluster, quirks: Quirks): boolean {
  const agents = cluster.agents()
  const isThere = (app: string, count: number) => {
    const own = agents.filter((agent: LabAgent) => agent.app === app)
    return own.length === count && own.every(({ isReady }) => isReady)
  }
  return (
    isThere('cattle-cluster-agent', 1) &&
    isThere('cattle-agent', hasNodeAgent(cluster, quirks) ? cluster.nodes.length : 0) &&
    isThere('fleet-agent', quirks.has('fleetAgent') ? 1 : 0)
  )
}

function hasNodeAgent({ distribution }: LabCluster, quirks: Quirks): boolean {
  return quirks.has('nodeAgent') && (!quirks.has('nodeAgentOnRkeOnly') || distribution === 'rke1')
}

function sessionsExpected(cluster: LabCluster, quirks: Quirks): number {
  const ofCluster = quirks.has('secondSession') ? 2 : 1
  return ofCluster + (hasNodeAgent(cluster, quirks) ? cluster.nodes.length : 0)
}
