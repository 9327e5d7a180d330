import { Failure } from '../recovery/index.ts'
import { clusterAnswer } from './answers.ts'
import type { RancherCluster } from './contract.ts'
import { nearestNames } from './nearest-names.ts'
import type { RancherApi } from './rancher-api.ts'

/** Management cluster ids: `c-xxxxx`, `c-m-xxxxxxxx`, and `local`, the cluster that Rancher runs on. */
const CLUSTER_ID = /^(c-[a-z0-9-]{1,60}|local)$/
const LONGEST_NAME = 253

/** Every cluster that the token may see, Rancher's own included. */
export function listClusters(
  api: RancherApi,
  signal: AbortSignal,
): Promise<readonly RancherCluster[]> {
  const request = { path: '/v3/clusters', action: 'list clusters', what: 'list of clusters' }
  return api.list(request, clusterAnswer, signal)
}

/** One cluster by id. Fails with `rancher.not-found` or, for Rancher's own, with `rancher.cluster-not-ours`. */
export async function readCluster(
  api: RancherApi,
  id: string,
  signal: AbortSignal,
): Promise<RancherCluster> {
  if (!CLUSTER_ID.test(id)) throw new Failure('rancher.not-found', { what: `cluster "${id}"` })
  const what = `cluster ${id}`
  const request = { path: `/v3/clusters/${id}`, action: `read ${what}`, what }
  return refuseLocal(await api.read(request, clusterAnswer, signal))
}

/** One cluster by exact name or by id; see `Rancher.findCluster` for the failures. Names are not unique in Rancher. */
export async function findCluster(
  api: RancherApi,
  nameOrId: string,
  signal: AbortSignal,
): Promise<RancherCluster> {
  const found = [
    ...(await clustersNamed(api, nameOrId, signal)),
    ...(CLUSTER_ID.test(nameOrId) ? await clusterWithId(api, nameOrId, signal) : []),
  ]
  const different = [...new Map(found.map((cluster) => [cluster.id, cluster])).values()]
  const [cluster, ...others] = different
  if (!cluster) throw await notFound(api, nameOrId, signal)
  if (others.length > 0) {
    throw new Failure('rancher.cluster-ambiguous', {
      cluster: nameOrId,
      count: String(different.length),
      ids: different.map(({ id }) => id).join(', '),
    })
  }
  return refuseLocal(cluster)
}

async function clustersNamed(api: RancherApi, name: string, signal: AbortSignal) {
  if (name === '' || name.length > LONGEST_NAME) return []
  const request = {
    path: '/v3/clusters',
    query: { name },
    action: 'list clusters',
    what: 'list of clusters',
  }
  const clusters = await api.list(request, clusterAnswer, signal)
  return clusters.filter((cluster) => cluster.name === name)
}

async function clusterWithId(api: RancherApi, id: string, signal: AbortSignal) {
  try {
    return [await readCluster(api, id, signal)]
  } catch (error) {
    if (error instanceof Failure && error.code === 'rancher.not-found') return []
    throw error
  }
}

async function notFound(api: RancherApi, wanted: string, signal: AbortSignal): Promise<Failure> {
  const shown = wanted.slice(0, LONGEST_NAME)
  const clusters = await listClusters(api, signal)
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
