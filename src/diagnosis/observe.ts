import { X509Certificate } from 'node:crypto'
import { asFailure, Failure, type FailureCode } from '../recovery/index.ts'
import type { Authority, DiagnosisRequest, Observations, ReadableCluster } from './observations.ts'
import { createProber, type Probed } from './probe.ts'

const PROBE_LIMIT_MS = 4_000

const TOKEN_REFUSED: readonly FailureCode[] = ['rancher.unauthorized']
const CLUSTER_NOT_TO_BE_HAD: readonly FailureCode[] = [
  'rancher.unauthorized',
  'rancher.forbidden',
  'rancher.not-found',
  'rancher.cluster-not-found',
  'rancher.cluster-ambiguous',
  'rancher.cluster-not-ours',
]

/**
 * Looks at a lost cluster from three places at once: through Rancher, from the worker itself, and in the cluster. Writes nothing.
 *
 * Every probe has its own limit, counted from the start; one that fails or hangs is named in `looks` and the rest goes on. A probe
 * that needs another's answer (registrations need the cluster's id) spends its own limit on waiting for it.
 *
 * Rejects with a `Failure`, at once, where nothing could be concluded: no such cluster, several of that name, the local cluster, an
 * API token that is refused (401), or one that may not see this cluster (403, 404). A token that may see the cluster but
 * not its registrations or the settings (403) only narrows the look. Rejects with the signal's reason when that aborts.
 */
export async function observe(
  request: DiagnosisRequest,
  signal: AbortSignal,
): Promise<Observations> {
  signal.throwIfAborted()
  const { rancher, caPem } = request
  const limitMs = request.limits?.probeMs ?? PROBE_LIMIT_MS
  const over = new AbortController()
  const limits = { clock: request.clock, limitMs, signal: AbortSignal.any([signal, over.signal]) }
  const timeoutMs = String(limitMs)
  let server = request.cluster

  const askRancher = createProber(
    limits,
    () => new Failure('rancher.timed-out', { url: rancher.url, timeoutMs }),
  )
  const askCluster = createProber(
    limits,
    () => new Failure('cluster.timed-out', { server, timeoutMs }),
  )

  const ping = askRancher('rancher', 'ping', (s) => rancher.ping(s))
  const record = askRancher('rancher', 'cluster record', (s) =>
    rancher.findCluster(request.cluster, s),
  )
  const settings = askRancher('rancher', 'settings', (s) => rancher.settings(s))
  const version = askRancher('rancher', 'version', (s) => rancher.version(s))
  const registrations = askRancher('rancher', 'registrations', async (s) => {
    const found = await rancher.registrations((await answerOf(record)).id, s)
    return found.map(({ token }) => request.fingerprint(token))
  })
  const certificate = askRancher('worker', 'certificate of Rancher', (s) =>
    rancher.presentedCertificate(caPem ?? '', s),
  )
  const certificateForAgents = askRancher('worker', 'the same by Rancher’s cacerts', async (s) => {
    const { caCerts } = await answerOf(settings)
    const isSameAuthority = caCerts.trim() === (caPem ?? '').trim()
    return isSameAuthority ? answerOf(certificate) : rancher.presentedCertificate(caCerts, s)
  })

  const opening = openByNameOrId(request, record, limits.signal)
  const opened = async () => {
    const cluster = await opening
    server = cluster.server
    return cluster
  }
  const apiServer = askCluster('worker', 'API server', async (s) => (await opened()).identity(s))
  const agents = askCluster('cluster', 'agents', async (s) => (await opened()).observeAgents(s))

  try {
    const probed = await Promise.all([
      unlessRefused(ping, TOKEN_REFUSED),
      unlessRefused(record, CLUSTER_NOT_TO_BE_HAD),
      unlessRefused(settings, TOKEN_REFUSED),
      unlessRefused(version, TOKEN_REFUSED),
      unlessRefused(registrations, TOKEN_REFUSED),
      certificate,
      certificateForAgents,
      apiServer,
      agents,
    ])
    signal.throwIfAborted()
    return {
      cluster: request.cluster,
      rancherUrl: rancher.url,
      configuredAuthority: authorityIn(caPem),
      ping: probed[0].seen,
      record: probed[1].seen,
      settings: probed[2].seen,
      version: probed[3].seen,
      registrations: probed[4].seen,
      certificate: probed[5].seen,
      certificateForAgents: probed[6].seen,
      apiServer: probed[7].seen,
      agents: probed[8].seen,
      looks: probed.map(({ look }) => look),
      reachedBy: rancher.reachedBy?.() ?? null,
    }
  } finally {
    over.abort()
  }
}

async function answerOf<T>(probed: Promise<Probed<T>>): Promise<T> {
  const { seen } = await probed
  if (!seen.ok) throw seen.failure
  return seen.value
}

async function unlessRefused<T>(
  probing: Promise<Probed<T>>,
  codes: readonly FailureCode[],
): Promise<Probed<T>> {
  const probed = await probing
  if (!probed.seen.ok && codes.includes(probed.seen.failure.code)) throw probed.seen.failure
  return probed
}

/** Credentials are configured by name, and people may ask by id: then Rancher knows the name. */
async function openByNameOrId(
  { cluster, openCluster }: DiagnosisRequest,
  record: Promise<Probed<{ readonly name: string }>>,
  signal: AbortSignal,
): Promise<ReadableCluster> {
  try {
    return await openCluster(cluster, signal)
  } catch (thrown) {
    const failure = asFailure(thrown)
    if (failure.code !== 'cluster.no-credentials') throw failure
    const { seen } = await record
    if (!seen.ok || seen.value.name === cluster) throw failure
    return openCluster(seen.value.name, signal)
  }
}

function authorityIn(pem: string | null): Authority | null {
  if (pem === null) return null
  try {
    const { subject, fingerprint256 } = new X509Certificate(pem)
    return { subject, fingerprint: fingerprint256 }
  } catch {
    return { subject: 'not a certificate', fingerprint: '' }
  }
}
