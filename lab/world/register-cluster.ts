import type { LabCluster } from '../cluster/index.ts'
import { numberAt } from '../cluster/json.ts'
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
  // The state is Rancher's word on the cluster agent alone; a story begins when every agent is there, made by the last template.
  await until(
    `the agents of ${name} to connect`,
    async () =>
      rancher.clusterState(id) === 'active' &&
      isPushed() &&
      (await hasAllAgents(cluster, quirks)) &&
      rancher.sessions(id).length === sessionsExpected(cluster, quirks),
  )
  return { name, id, cluster }
}

async function hasAllAgents(cluster: LabCluster, quirks: Quirks): Promise<boolean> {
  const apiVersion = 'apps/v1'
  const deployment = { apiVersion, kind: 'Deployment' }
  const wanted = [
    { ...deployment, namespace: 'cattle-system', name: 'cattle-cluster-agent' },
    ...(hasNodeAgent(cluster, quirks) ? [NODE_AGENT] : []),
    ...(quirks.has('fleetAgent')
      ? [{ ...deployment, namespace: 'cattle-fleet-system', name: 'fleet-agent' }]
      : []),
  ]
  const found = await Promise.all(wanted.map(cluster.find))
  return found.every(isRolledOut)
}

const NODE_AGENT = {
  apiVersion: 'apps/v1',
  kind: 'DaemonSet',
  namespace: 'cattle-system',
  name: 'cattle-node-agent',
}

/** Deployments and DaemonSets count their pods under names of their own. */
function isRolledOut(workload: unknown): boolean {
  const status = (...names: readonly string[]) =>
    names.map((name) => numberAt(workload, 'status', name)).find((count) => count !== undefined)
  const pods = status('replicas', 'desiredNumberScheduled')
  return (
    pods !== undefined &&
    status('observedGeneration') === numberAt(workload, 'metadata', 'generation') &&
    status('updatedReplicas', 'updatedNumberScheduled') === pods &&
    status('readyReplicas', 'numberReady') === pods
  )
}

function hasNodeAgent({ distribution }: LabCluster, quirks: Quirks): boolean {
  return quirks.has('nodeAgent') && (!quirks.has('nodeAgentOnRkeOnly') || distribution === 'rke1')
}

function sessionsExpected(cluster: LabCluster, quirks: Quirks): number {
  const ofCluster = quirks.has('secondSession') ? 2 : 1
  return ofCluster + (hasNodeAgent(cluster, quirks) ? cluster.nodes.length : 0)
}
