import { statSync } from 'node:fs'
import {
  type Cluster,
  type ClusterRecord,
  type CredentialSource,
  openProved,
  type ReadLocal,
} from '../cluster/index.ts'
import type { ClusterConfig, Config, RancherConfig } from '../config/index.ts'
import { type CallDone, type Meter, measured } from '../observe/index.ts'
import type { Rancher } from '../rancher/index.ts'
import { asFailure, Failure, type FailureCode } from '../recovery/index.ts'
import { rancherSide } from './rancher-side.ts'

/** How long a proof of identity holds for reading; before a write there is always a new one. */
const PROOF_HOLDS_MS = 10_000

const NO_SUCH_CLUSTER: readonly FailureCode[] = [
  'rancher.cluster-not-found',
  'rancher.cluster-ambiguous',
  'rancher.cluster-not-ours',
]

export interface KeptClusters {
  /** By the name that Rancher shows, or by id. */
  open(nameOrId: string): Promise<Cluster>
  close(): void
}

export interface KeepClustersParts {
  readonly config: Pick<Config, 'clusters' | 'otherClusters' | 'probeLimitMs'>
  readonly rancherConfig: RancherConfig
  readonly rancher: Pick<Rancher, 'findCluster' | 'clusters' | 'registrations'>
  readonly fingerprintKey: Uint8Array
  readonly meter: Pick<Meter, 'clusterCall' | 'clusterWrite'>
  readonly clock: () => Date
  /** A way to Rancher’s own cluster, for sources of kind `rke-state`; absent: as each of them says. */
  readonly readLocal?: ReadLocal
  /** Tries every source, to say of each whether it works. Default false. */
  readonly tryAll?: boolean
}

interface Kept {
  readonly cluster: Cluster
  readonly files: string
  /** 0 where a call failed since. */
  provedAtMs: number
}

/**
 * Keeps one connection a cluster open between jobs. The source that worked is used again as long as it still leads to the cluster that
 * Rancher means; when it does not, when a call failed, or when a file of its sources was changed on disk, all are tried again.
 */
export function keepClusters(parts: KeepClustersParts): KeptClusters {
  const { config, rancher, clock, fingerprintKey } = parts
  const kept = new Map<string, Kept>()
  const opening = new Map<string, Promise<Cluster>>()
  const retired = new Map<string, Cluster>()
  const side = rancherSide(parts.rancherConfig, rancher, clock)
  // What is left of the time of a look is for the look itself.
  const limitMs = config.probeLimitMs * 0.75
  const over = new AbortController()

  /** Asked for when it is needed, once. */
  function recordOf(nameOrId: string): () => Promise<ClusterRecord> {
    let asked: Promise<ClusterRecord> | null = null
    return () => {
      asked ??= rancher.findCluster(nameOrId, AbortSignal.timeout(limitMs / 2))
      return asked
    }
  }

  async function configured(nameOrId: string) {
    const named = config.clusters.get(nameOrId)
    if (named) return { name: nameOrId, cluster: named, record: recordOf(nameOrId) }
    const record = recordOf(nameOrId)
    const name = await record().then(
      (found) => found.name,
      (error: unknown) => {
        const failure = asFailure(error)
        if (NO_SUCH_CLUSTER.includes(failure.code)) throw failure
        return null
      },
    )
    const cluster = name === null ? null : (config.clusters.get(name) ?? config.otherClusters(name))
    if (name !== null && cluster) return { name, cluster, record }
    throw new Failure('cluster.no-credentials', {
      cluster: name ?? nameOrId,
      tried: 'no kubeconfig is configured',
    })
  }

  async function open(nameOrId: string): Promise<Cluster> {
    const { name, cluster, record } = await configured(nameOrId)
    const pending = opening.get(name) ?? openAnew(name, cluster, record)
    opening.set(name, pending)
    try {
      return await pending
    } finally {
      opening.delete(name)
    }
  }

  async function openAnew(
    name: string,
    { sources, timeoutMs, uid }: ClusterConfig,
    record: () => Promise<ClusterRecord>,
  ): Promise<Cluster> {
    const files = changesOf(sources)
    const known = kept.get(name)
    if (known?.files === files && (await isStillRight(known, record))) return known.cluster
    const opened = await openProved(
      {
        cluster: name,
        sources,
        pinnedUid: uid,
        record,
        rancher: side,
        ...(parts.readLocal && { readLocal: parts.readLocal }),
        timeoutMs,
        limitMs,
        fingerprintKey,
        clock,
        tryAll: parts.tryAll ?? false,
      },
      over.signal,
    )
    if (known) retire(name, known.cluster)
    const entry: Kept = {
      cluster: measured(opened, (done) => countCall(done, entry)),
      files,
      provedAtMs: clock().getTime(),
    }
    kept.set(name, entry)
    return entry.cluster
  }

  async function isStillRight(known: Kept, record: () => Promise<ClusterRecord>): Promise<boolean> {
    const nowMs = clock().getTime()
    if (nowMs - known.provedAtMs < PROOF_HOLDS_MS) return true
    const found = await record().catch(() => null)
    const signal = AbortSignal.any([over.signal, AbortSignal.timeout(limitMs / 2)])
    try {
      await (found ? known.cluster.prove(found, signal) : known.cluster.identity(signal))
      known.provedAtMs = nowMs
      return true
    } catch {
      // Why is said when all sources have been tried.
      return false
    }
  }

  /** Requests may be under way on a connection that is not used any more, so it is closed when the next one goes. */
  function retire(name: string, cluster: Cluster): void {
    retired.get(name)?.close()
    retired.set(name, cluster)
  }

  function countCall(done: CallDone, entry: Kept): void {
    parts.meter.clusterCall(done)
    if (done.call === 'write') parts.meter.clusterWrite(done.outcome)
    if (done.outcome !== 'ok') entry.provedAtMs = 0
  }

  return {
    open,
    close() {
      over.abort()
      for (const { cluster } of kept.values()) cluster.close()
      for (const cluster of retired.values()) cluster.close()
    },
  }
}

/** When each file that the sources name was changed last; 0 for one that is not there. */
function changesOf(sources: readonly CredentialSource[]): string {
  const changed = sources
    .flatMap(filesOf)
    .map((path) => statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0)
  return changed.join(' ')
}

function filesOf(source: CredentialSource): readonly string[] {
  switch (source.kind) {
    case 'file':
      return [source.path]
    case 'ace':
      return source.path === null ? [] : [source.path]
    case 'secret':
      return source.kubeconfig === null ? [] : [source.kubeconfig]
    case 'rke-state':
      return source.from.kind === 'kubeconfig' ? [source.from.path] : []
    case 'rancher':
      return []
  }
}
