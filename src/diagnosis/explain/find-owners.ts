import type { NodeWithAddresses } from '../../cluster/index.ts'
import type { Rancher, RancherCluster, RancherNode } from '../../rancher/index.ts'
import { Failure } from '../../recovery/index.ts'
import { createProber } from '../probe.ts'
import { withoutFullStop } from '../wording.ts'
import { canonicalAddress, isOwnMachine, type Traces } from './addresses.ts'

/** What an address or id belongs to. */
export interface Owner {
  /** The address or cluster id that was looked up. */
  readonly trace: string
  readonly cluster: {
    /** Null for one that only the configuration knows, while Rancher could not be asked. */
    readonly id: string | null
    readonly name: string
    /** What Rancher says of it, null while it could not be asked. */
    readonly state: string | null
    /** True for the cluster that Rancher itself runs on, which is never touched. */
    readonly internal: boolean
  }
  /** `node` with its name; `api-server`: where Rancher finds the cluster’s API; `id`: the trace names the cluster itself. */
  readonly as:
    | { readonly kind: 'node'; readonly name: string }
    | { readonly kind: 'api-server' }
    | { readonly kind: 'id' }
}

export interface Owners {
  readonly owners: readonly Owner[]
  /** Addresses and ids that nobody who could be asked knows. */
  readonly unknown: readonly string[]
  /** Loopback addresses: the machine that wrote the line. */
  readonly ownMachine: readonly string[]
  /** What could not be asked, each with why, as one sentence without a full stop. */
  readonly unseen: readonly string[]
}

export interface OwnersRequest {
  readonly traces: Traces
  readonly rancher: Pick<Rancher, 'url' | 'clusters' | 'nodes'>
  /** Names of the clusters that there are credentials for. */
  readonly configured: readonly string[]
  readonly openCluster: (
    name: string,
  ) => Promise<{ nodes(signal: AbortSignal): Promise<readonly NodeWithAddresses[]> }>
  readonly clock: () => number
  /** Limit of each of the two steps: Rancher, then the clusters by their own credentials. */
  readonly limitMs: number
}

const MOST_CLUSTERS_ASKED = 25
const MOST_REASONS = 3

/**
 * Looks up which cluster and node the traces of a line belong to: in Rancher’s nodes and clusters and, for addresses that it does not
 * know, in the clusters that there are credentials for. An address can have several owners, because private networks repeat. Writes
 * nothing; rejects only when the signal aborts. What could not be asked is said in `unseen`.
 */
export async function findOwners(request: OwnersRequest, signal: AbortSignal): Promise<Owners> {
  const { traces, rancher, clock, limitMs } = request
  const [ownMachine, addresses] = partition(traces.addresses, isOwnMachine)
  const timeoutMs = String(limitMs)
  const ask = createProber(
    { clock, limitMs, signal },
    () => new Failure('rancher.timed-out', { url: rancher.url, timeoutMs }),
  )
  const [clusters, nodes] = await Promise.all([
    ask('rancher', 'clusters', (s) => rancher.clusters(s)),
    addresses.length > 0 ? ask('rancher', 'nodes', (s) => rancher.nodes(s)) : null,
  ])
  signal.throwIfAborted()
  const known = clusters.seen.ok ? clusters.seen.value : []
  const onNodes = nodes?.seen.ok ? nodeOwners(addresses, nodes.seen.value, known) : []
  const inRancher = [
    ...onNodes,
    ...apiServerOwners(addresses, known).filter((owner) => !onNodes.some(isSameCluster(owner))),
    ...idOwners(traces.clusterIds, known),
  ]
  const missing = addresses.filter((address) => !isOwned(address, inRancher))
  const asked =
    missing.length > 0 ? await askClusters(request, missing, known, signal) : nothingAsked
  const owners = [...inRancher, ...asked.owners]
  const failed = [clusters, nodes].flatMap((probed) =>
    probed && !probed.seen.ok ? [withoutFullStop(probed.seen.failure.message)] : [],
  )
  return {
    owners,
    unknown: [...addresses, ...traces.clusterIds].filter((trace) => !isOwned(trace, owners)),
    ownMachine,
    unseen: [...new Set(failed), ...asked.unseen],
  }
}

interface AskedClusters {
  readonly owners: readonly Owner[]
  readonly unseen: readonly string[]
}
const nothingAsked: AskedClusters = { owners: [], unseen: [] }

async function askClusters(
  { configured, openCluster, clock, limitMs }: OwnersRequest,
  addresses: readonly string[],
  known: readonly RancherCluster[],
  signal: AbortSignal,
): Promise<AskedClusters> {
  const names = configured.slice(0, MOST_CLUSTERS_ASKED)
  const found = await Promise.all(
    names.map(async (name) => {
      const late = () =>
        new Failure('cluster.timed-out', { server: name, timeoutMs: String(limitMs) })
      const ask = createProber({ clock, limitMs, signal }, late)
      return {
        name,
        ...(await ask('cluster', name, async (s) => (await openCluster(name)).nodes(s))),
      }
    }),
  )
  signal.throwIfAborted()
  const reasons = found.flatMap(({ name, seen }) =>
    seen.ok ? [] : [`${name}: ${withoutFullStop(seen.failure.message)}`],
  )
  const rest = reasons.length - MOST_REASONS
  const notAsked = configured.length - names.length
  return {
    owners: found.flatMap(({ name, seen }) =>
      seen.ok ? nodesIn(seen.value, addresses, clusterNamed(name, known)) : [],
    ),
    unseen: [
      ...reasons.slice(0, MOST_REASONS),
      ...(rest > 0 ? [`${rest} more clusters did not answer`] : []),
      ...(notAsked > 0 ? [`${notAsked} more clusters were not asked`] : []),
    ],
  }
}

function nodesIn(
  nodes: readonly NodeWithAddresses[],
  addresses: readonly string[],
  cluster: Owner['cluster'],
): readonly Owner[] {
  return addresses.flatMap((trace) =>
    nodes
      .filter((node) => hasAddress(node.addresses, trace))
      .map(({ name }): Owner => ({ trace, cluster, as: { kind: 'node', name } })),
  )
}

function nodeOwners(
  addresses: readonly string[],
  nodes: readonly RancherNode[],
  known: readonly RancherCluster[],
): readonly Owner[] {
  return addresses.flatMap((trace) =>
    nodes
      .filter((node) => hasAddress(node.addresses, trace))
      .map(({ clusterId, name }): Owner => {
        const cluster = clusterWithId(clusterId, known)
        return { trace, cluster, as: { kind: 'node', name } }
      }),
  )
}

function apiServerOwners(
  addresses: readonly string[],
  known: readonly RancherCluster[],
): readonly Owner[] {
  return addresses.flatMap((trace) =>
    known
      .filter(({ apiEndpoint }) => hostOf(apiEndpoint) === trace)
      .map((cluster): Owner => ({ trace, cluster: about(cluster), as: { kind: 'api-server' } })),
  )
}

function idOwners(ids: readonly string[], known: readonly RancherCluster[]): readonly Owner[] {
  return known
    .filter(({ id }) => ids.includes(id))
    .map((cluster): Owner => ({ trace: cluster.id, cluster: about(cluster), as: { kind: 'id' } }))
}

function about({ id, name, state, internal }: RancherCluster): Owner['cluster'] {
  return { id, name: name || id, state, internal: internal || id === 'local' }
}

function clusterWithId(id: string, known: readonly RancherCluster[]): Owner['cluster'] {
  const cluster = known.find((one) => one.id === id)
  return cluster ? about(cluster) : { id, name: id, state: null, internal: id === 'local' }
}

function clusterNamed(name: string, known: readonly RancherCluster[]): Owner['cluster'] {
  const cluster = known.find((one) => one.name === name)
  return cluster ? about(cluster) : { id: null, name, state: null, internal: false }
}

function hasAddress(addresses: readonly string[], wanted: string): boolean {
  return addresses.some((address) => canonicalAddress(address) === wanted)
}

/** An API server is on a node as a rule: then the node says more. */
function isSameCluster({ trace, cluster }: Owner) {
  return (other: Owner) => other.trace === trace && other.cluster.id === cluster.id
}

function isOwned(trace: string, owners: readonly Owner[]): boolean {
  return owners.some((owner) => owner.trace === trace)
}

function hostOf(url: string | null): string | null {
  const host = url === null ? null : (URL.parse(url)?.hostname ?? null)
  return host && canonicalAddress(host.replace(/^\[|\]$/g, ''))
}

function partition<T>(
  items: readonly T[],
  isFirst: (item: T) => boolean,
): readonly [readonly T[], readonly T[]] {
  return [items.filter(isFirst), items.filter((item) => !isFirst(item))]
}
