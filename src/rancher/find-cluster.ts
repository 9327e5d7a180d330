import { Failure } from '../recovery/index.ts'
import { clusterAnswer } from './answers.ts'
import type { RancherCluster } from './contract.ts'
import { nearestNames } from './nearest-names.ts'
import type { RancherApi } from './rancher-api.ts'

/** Management cluster ids: `c-xxxxx`, `c-m-xxxxxxxx`, and `local`, the cluster that Rancher runs on. */
const CLUSTER_ID = /^(c-[a-z0-9-]{1,60}|local)$/
const LONGEST_NAME = 253

/** Where clusters are read from. */
export interface ClusterSource {
  /** Every cluster that may be seen, Rancher's own included. */
  all(signal: AbortSignal): Promise<readonly RancherCluster[]>
  /** Those that have exactly this name. */
  named(name: string, signal: AbortSignal): Promise<readonly RancherCluster[]>
  /** Fails with `rancher.not-found`. The id has the form of one. */
  withId(id: string, signal: AbortSignal): Promise<RancherCluster>
}

/** The clusters of Rancher's API. */
export function clustersOfApi(api: RancherApi): ClusterSource {
  const list = { path: '/v3/clusters', action: 'list clusters', what: 'list of clusters' }
  return {
    all: (signal) => api.list(list, clusterAnswer, signal),
    async named(name, signal) {
      const clusters = await api.list({ ...list, query: { name } }, clusterAnswer, signal)
      return clusters.filter((cluster) => cluster.name === name)
    },
    withId(id, signal) {
      const what = `cluster ${id}`
      return api.read(
        { path: `/v3/clusters/${id}`, action: `read ${what}`, what },
        clusterAnswer,
        signal,
      )
    },
  }
}

/** One cluster by id. Fails with `rancher.not-found` or, for Rancher's own, with `rancher.cluster-not-ours`. */
export async function readCluster(
  source: ClusterSource,
  id: string,
  signal: AbortSignal,
): Promise<RancherCluster> {
  return refuseLocal(await source.withId(requireClusterId(id), signal))
}

/** The id, if it has the form of one: only then may it become part of a path. */
export function requireClusterId(id: string): string {
  if (CLUSTER_ID.test(id)) return id
  throw new Failure('rancher.not-found', { what: `cluster "${id}"` })
}

/** One cluster by exact name or by id; see `Rancher.findCluster` for the failures. Names are not unique in Rancher. */
export async function findCluster(
  source: ClusterSource,
  nameOrId: string,
  signal: AbortSignal,
): Promise<RancherCluster> {
  const found = [
    ...(isName(nameOrId) ? await source.named(nameOrId, signal) : []),
    ...(CLUSTER_ID.test(nameOrId) ? await clusterWithId(source, nameOrId, signal) : []),
  ]
  const different = [...new Map(found.map((cluster) => [cluster.id, cluster])).values()]
  const [cluster, ...others] = different
  if (!cluster) throw await notFound(source, nameOrId, signal)
  if (others.length > 0) {
    throw new Failure('rancher.cluster-ambiguous', {
      cluster: nameOrId,
      count: String(different.length),
      ids: different.map(({ id }) => id).join(', '),
    })
  }
  return refuseLocal(cluster)
}

function isName(text: string): boolean {
  return text !== '' && text.length <= LONGEST_NAME
}

async function clusterWithId(source: ClusterSource, id: string, signal: AbortSignal) {
  try {
    return [await readCluster(source, id, signal)]
  } catch (error) {
    if (error instanceof Failure && error.code === 'rancher.not-found') return []
    throw error
  }
}

async function notFound(
  source: ClusterSource,
  wanted: string,
  signal: AbortSignal,
): Promise<Failure> {
  const shown = wanted.slice(0, LONGEST_NAME)
  const clusters = await source.all(signal)
  const names = clusters.filter(({ internal }) => !internal).map(({ name }) => name)
  const nearest = nearestNames(shown, names)
  return new Failure('rancher.cluster-not-found', {
    cluster: shown,
    ...(nearest.length > 0 && { nearest: nearest.join(', ') }),
  })
}

function refuseLocal(cluster: RancherCluster): RancherCluster {
  if (!cluster.internal && cluster.id !== 'local') return cluster
  throw new Failure('rancher.cluster-not-ours', { cluster: cluster.name || cluster.id })
}
