import { type Cluster, messageOf } from './cluster-record.ts'
import { createClusterStatus } from './cluster-status.ts'
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
    options: { readonly name?: string; readonly token?: string; readonly delayMs?: number },
  ): Registration
  unregister(clusterId: string): void
}

export function createInventory(options: {
  readonly random: SeededRandom
  readonly timeScale: number
  readonly now: () => Date
  readonly onChange: (change: ClusterChange) => void
}): Inventory {
  const { random, now } = options
  const clusters = new Map<string, Cluster>()
  let registrations: Registration[] = []
  const find = (id: string) => {
    const cluster = clusters.get(id)
    if (!cluster) throw new Error(`the lab's Rancher has no cluster "${id}"`)
    return cluster
  }
  const newId = (): string => {
    const id = `c-${random.characters(5)}`
    return clusters.has(id) ? newId() : id
  }
  return {
    get clusters() {
      return [...clusters.values()]
    },
    get registrations() {
      return registrations
    },
    cluster: find,
    addCluster(added) {
      const status = createClusterStatus({
        lost: added.lost ?? false,
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
        id: added.id ?? newId(),
        name: added.name,
        uuid: random.uuid(),
        created: now(),
        kubernetesVersion: added.kubernetesVersion ?? 'v1.20.2',
        apiEndpoint: added.apiEndpoint ?? null,
        apiServerCaPem: added.apiServerCaPem ?? null,
        status,
      }
      if (clusters.has(cluster.id)) throw new Error(`cluster "${cluster.id}" is there already`)
      clusters.set(cluster.id, cluster)
      return cluster
    },
    register(clusterId, { name, token, delayMs = 0 }) {
      const created = now()
      const registration = {
        clusterId: find(clusterId).id,
        name: name ?? `crt-${random.characters(5)}`,
        uuid: random.uuid(),
        token: token ?? random.characters(54),
        created,
        filledAt: new Date(created.getTime() + delayMs),
      }
      registrations = [...registrations, registration]
      return registration
    },
    unregister(clusterId) {
      registrations = registrations.filter((registration) => registration.clusterId !== clusterId)
    },
  }
}
