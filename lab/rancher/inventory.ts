import type { Quirks } from '../rancher-quirks.ts'
import { agentFeaturesOf } from './agent-features.ts'
import { hasLongId } from './cluster-kind.ts'
import { type Cluster, messageOf } from './cluster-record.ts'
import { createClusterStatus } from './cluster-status.ts'
import { createConnectedStatus } from './connected-status.ts'
import type { ClusterChange, NewCluster } from './contract.ts'
import type { Registration } from './registration.ts'
import type { SeededRandom } from './seeded-random.ts'

/** The clusters that the lab's Rancher knows, and their registration tokens. */
export interface Inventory {
  readonly clusters: readonly Cluster[]
  readonly registrations: readonly Registration[]
  /** Throws for an id that does not exist: a mistake in a scenario. */
  cluster(id: string): Cluster
  addCluster(cluster: NewCluster): Cluster
  register(
    clusterId: string,
    options: { readonly name?: string; readonly delayMs?: number },
  ): Registration
  unregister(clusterId: string): void
  /** The cluster and its tokens. */
  removeCluster(clusterId: string): void
}

export function createInventory(options: {
  readonly quirks: Quirks
  readonly random: SeededRandom
  readonly timeScale: number
  readonly now: () => Date
  readonly onChange: (change: ClusterChange) => void
}): Inventory {
  const { random, now, quirks } = options
  const clusters = new Map<string, Cluster>()
  let registrations: Registration[] = []
  /** Drawn when the cluster is added: pushes come in any order, and equal seeds are to give equal tokens. */
  const ofSystem = new Map<string, Pick<Registration, 'token' | 'uuid'>>()
  const draw = () => ({ uuid: random.uuid(), token: random.characters(54) })
  const find = (id: string) => {
    const cluster = clusters.get(id)
    if (!cluster) throw new Error(`the lab's Rancher has no cluster "${id}"`)
    return cluster
  }
  const newId = (isLong: boolean): string => {
    const id = isLong ? `c-m-${random.characters(8)}` : `c-${random.characters(5)}`
    return clusters.has(id) ? newId(isLong) : id
  }
  const isPushed = quirks.has('secondSession')
  const createStatus = quirks.has('connectedDrivesReady')
    ? createConnectedStatus
    : createClusterStatus
  return {
    get clusters() {
      return [...clusters.values()]
    },
    get registrations() {
      return registrations
    },
    cluster: find,
    addCluster(added) {
      const { kind = 'imported', lost = false } = added
      if (kind === 'rke1' && !quirks.has('nodeAgent')) {
        throw new Error(`Rancher ${quirks.version} has no clusters built with RKE`)
      }
      const status = createStatus({
        lost,
        timeScale: options.timeScale,
        now,
        onChange: ({ state, changedAt }) =>
          options.onChange({
            clusterId: cluster.id,
            state,
            message: messageOf(cluster),
            at: changedAt.toISOString(),
          }),
      })
      const cluster: Cluster = {
        id: added.id ?? newId(hasLongId(kind, quirks)),
        name: added.name,
        kind,
        uuid: random.uuid(),
        created: now(),
        kubernetesVersion: added.kubernetesVersion ?? 'v1.20.2',
        apiEndpoint: added.apiEndpoint ?? null,
        apiServerCaPem: added.apiServerCaPem ?? null,
        status,
        nodes: added.nodes ?? [],
        registryCredentials: added.registryCredentials ?? null,
        hasPriorityClass: added.hasPriorityClass ?? false,
        agentEnvVars: added.agentEnvVars ?? {},
        hidesAgentFeatures: added.hidesAgentFeatures ?? false,
        annotations: {},
        deployed: lost && (added.nodes || isPushed) ? deployedBefore(quirks, now()) : null,
        hasSecondSession: false,
      }
      if (clusters.has(cluster.id)) throw new Error(`cluster "${cluster.id}" is there already`)
      clusters.set(cluster.id, cluster)
      if (added.nodes) ofSystem.set(cluster.id, draw())
      return cluster
    },
    register(clusterId, { name, delayMs = 0 }) {
      const created = now()
      const reserved = name === 'system' ? ofSystem.get(clusterId) : undefined
      if (reserved) ofSystem.delete(clusterId)
      const registration = {
        clusterId: find(clusterId).id,
        name: name ?? `crt-${random.characters(5)}`,
        ...(reserved ?? draw()),
        created,
        filledAt: new Date(created.getTime() + delayMs),
      }
      registrations = [...registrations, registration]
      return registration
    },
    removeCluster(clusterId) {
      find(clusterId).status.stop()
      clusters.delete(clusterId)
      registrations = registrations.filter((registration) => registration.clusterId !== clusterId)
    },
    unregister(clusterId) {
      registrations = registrations.filter((registration) => registration.clusterId !== clusterId)
    },
  }
}

function deployedBefore(quirks: Quirks, at: Date) {
  const agentImage = `rancher/rancher-agent:v${quirks.version}`
  return { at, agentImage, features: agentFeaturesOf(quirks) }
}
