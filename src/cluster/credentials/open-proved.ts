import { asFailure, Failure, type FailureCode } from '../../recovery/index.ts'
import type { Cluster, PassedOver } from '../contract.ts'
import { loadLibrary } from '../kubeconfig.ts'
import { openCluster } from '../open-cluster.ts'
import type {
  ClusterRecord,
  Credential,
  CredentialSource,
  RancherSide,
  ReadLocal,
  SourceContext,
} from './contract.ts'
import { credentialsOf, labelOf } from './credentials-of.ts'
import { explained } from './explain.ts'
import { reasonsIn } from './reasons.ts'
import { writesOnlyWhenProved } from './writes-only-when-proved.ts'

/** Less than this is no try. */
const LEAST_SHARE_MS = 50

/** What a cluster is opened with. */
export interface OpenProvedOptions {
  /** The name that Rancher shows. */
  readonly cluster: string
  /** In the order to try them, at least one. */
  readonly sources: readonly CredentialSource[]
  /** Uid of its namespace kube-system, where the configuration pins it. */
  readonly pinnedUid: string | null
  /** Rancher's record; fails where Rancher does not tell it in time. Then a cluster is opened for reading only. */
  readonly record: () => Promise<ClusterRecord>
  readonly rancher: RancherSide
  readonly readLocal?: ReadLocal
  /** Limit of one request. */
  readonly timeoutMs: number
  /** Limit of all tries together. */
  readonly limitMs: number
  readonly fingerprintKey: Uint8Array
  readonly clock: () => Date
  /** Goes on after a source that works, to say of each whether it does. Default false. */
  readonly tryAll?: boolean
}

/**
 * Opens a cluster by the first source that works: it gives a credential, the API server takes it, and that server is shown to be the
 * one that Rancher means. A source whose user may not change Deployments, or whose cluster cannot be proved to be the right one, is
 * used only where no other works, for reading.
 *
 * Sources are tried one after the other, each within its share of the time that is left. What opened refuses to write until
 * `prove` has succeeded. Fails with the reason that tells most; its fact `others` has those of the other sources.
 */
export async function openProved(
  options: OpenProvedOptions,
  signal: AbortSignal,
): Promise<Cluster> {
  await loadLibrary()
  const deadlineMs = performance.now() + options.limitMs
  const record = shared(options.record)
  const context: SourceContext = {
    cluster: options.cluster,
    record,
    rancher: options.rancher,
    readLocal: options.readLocal ?? null,
    timeoutMs: options.timeoutMs,
  }
  const opened: Opened[] = []
  const failed: (PassedOver & { readonly cluster: Cluster | null })[] = []
  const best = () => opened.find(({ weakness }) => weakness === null)

  for (const [index, source] of options.sources.entries()) {
    const sourcesLeft = options.sources.length - index
    const label = labelOf(source)
    const shareMs = (parts: number) => {
      const leftMs = deadlineMs - performance.now()
      if (leftMs > LEAST_SHARE_MS) return leftMs / parts
      throw new Failure('cluster.source-slow', { source: label, limitMs: String(options.limitMs) })
    }
    try {
      const credentials = await within(
        shareMs(sourcesLeft),
        signal,
        (limitMs) => new Failure('cluster.source-slow', { source: label, limitMs }),
        (s) => credentialsOf(source, context, s),
      )
      for (const [at, credential] of credentials.entries()) {
        const waysLeft = credentials.length - at - 1 + sourcesLeft
        try {
          const one = await tried(
            credential,
            options,
            record,
            shareMs(waysLeft),
            waysLeft > 1,
            signal,
          )
          opened.push(one)
          const { weakness: failure, cluster } = one
          if (failure) failed.push({ source: credential.label, failure, cluster })
          if (best()) break
        } catch (error) {
          failed.push({ source: credential.label, failure: asFailure(error), cluster: null })
        }
      }
    } catch (error) {
      failed.push({ source: label, failure: asFailure(error), cluster: null })
    }
    if (best() && options.tryAll !== true) break
  }

  const chosen = (best() ?? opened[0])?.cluster
  for (const { cluster } of opened) if (cluster !== chosen) cluster.close()
  const passedOver = failed
    .filter(({ cluster }) => cluster === null || cluster !== chosen)
    .map(({ source, failure }) => ({ source, failure }))
  if (chosen) return { ...chosen, passedOver }
  throw mostTelling(passedOver)
}

interface Opened {
  readonly cluster: Cluster
  /** Why it is good for reading only; null: it is good for all. */
  readonly weakness: Failure | null
}

/** Opens by one credential. */
async function tried(
  credential: Credential,
  options: OpenProvedOptions,
  record: () => Promise<ClusterRecord>,
  limitMs: number,
  isRightsTold: boolean,
  signal: AbortSignal,
): Promise<Opened> {
  const { timeoutMs, fingerprintKey, pinnedUid, rancher } = options
  const raw = await openCluster({
    source: credential,
    timeoutMs,
    fingerprintKey,
    proof: { pinnedUid, rancher },
  })
  const cluster = writesOnlyWhenProved(raw)
  const known = record().catch(() => null)
  const inTime = <T>(ask: (signal: AbortSignal) => Promise<T>) =>
    within(
      limitMs,
      signal,
      (ms) => new Failure('cluster.timed-out', { server: raw.server, timeoutMs: ms }),
      ask,
    )
  try {
    await inTime((s) => cluster.identity(s))
    // Rancher’s slowness is not this cluster’s: its record has a limit of its own.
    const found = await known
    // The first that answers, for reading; what can be proved is proved before a write.
    if (found === null) return { cluster, weakness: null }
    const weakness = await inTime(
      async (s) =>
        (await unprovedBy(cluster, found, s)) ??
        (isRightsTold ? await missingRight(cluster, s) : null),
    )
    return { cluster, weakness }
  } catch (error) {
    cluster.close()
    throw explained(asFailure(error), credential, await known, options.clock())
  }
}

/** Null: it is proved to be the right one. A proof of the contrary is thrown. */
async function unprovedBy(
  cluster: Cluster,
  record: ClusterRecord,
  signal: AbortSignal,
): Promise<Failure | null> {
  try {
    await cluster.prove(record, signal)
    return null
  } catch (error) {
    if (error instanceof Failure && error.code === 'cluster.unproved') return error
    throw error
  }
}

/** Asks for one right only, which every recovery needs; a server that cannot be asked is taken at its word later. */
async function missingRight(cluster: Cluster, signal: AbortSignal): Promise<Failure | null> {
  const access = {
    verb: 'patch',
    group: 'apps',
    resource: 'deployments',
    namespace: 'cattle-system',
  }
  const missing = await cluster.missingAccess([access], signal).catch(() => [])
  const action = 'patch Deployments in cattle-system'
  return missing.length > 0 ? new Failure('cluster.forbidden', { action }) : null
}

/** From the one that says most about the cluster to the one that says least. */
const TELLING: readonly FailureCode[] = [
  'cluster.wrong-cluster',
  'cluster.credential-expired',
  'cluster.credential-not-yet-valid',
  'cluster.unauthorized',
  'cluster.forbidden',
  'cluster.certificate-untrusted',
  'cluster.failing',
  'cluster.unexpected-answer',
  'cluster.timed-out',
  'cluster.unreachable',
  'cluster.loopback-address',
  'cluster.inside-address',
]

function mostTelling(passedOver: readonly PassedOver[]): Failure {
  const rank = ({ failure }: PassedOver) => {
    const at = TELLING.indexOf(failure.code)
    return at < 0 ? TELLING.length : at
  }
  const [first, ...others] = passedOver.toSorted((one, other) => rank(one) - rank(other))
  if (!first) throw new Error('no source was given')
  const { code, facts, cause } = first.failure
  if (others.length === 0) return first.failure
  return new Failure(code, { ...facts, others: reasonsIn(others) }, { cause })
}

/** Asks with a signal that aborts when the time is up, and does not wait any longer for what does not listen to it. */
async function within<T>(
  limitMs: number,
  signal: AbortSignal,
  late: (limitMs: string) => Failure,
  ask: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const limit = new AbortController()
  const timer = setTimeout(() => limit.abort(late(String(Math.round(limitMs)))), limitMs)
  const bounded = AbortSignal.any([signal, limit.signal])
  try {
    return await Promise.race([ask(bounded), abortOf(bounded)])
  } finally {
    clearTimeout(timer)
  }
}

function abortOf(signal: AbortSignal): Promise<never> {
  return new Promise((_done, reject) => {
    const stop = () => reject(signal.reason)
    if (signal.aborted) stop()
    else signal.addEventListener('abort', stop, { once: true })
  })
}

function shared<T>(find: () => Promise<T>): () => Promise<T> {
  let answer: Promise<T> | null = null
  return () => {
    answer ??= find()
    return answer
  }
}
