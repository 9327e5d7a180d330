import { X509Certificate } from 'node:crypto'
import type { RancherSettings } from '../rancher/index.ts'
import { asFailure, Failure, type FailureCode } from '../recovery/index.ts'
import {
  type Authority,
  answerIn,
  type DiagnosisRequest,
  failureIn,
  type Observations,
  type ReadableCluster,
} from './observations.ts'
import { createProber, type Probed } from './probe.ts'
import { isSameUrl } from './urls.ts'

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

const NOT_OPENED: readonly FailureCode[] = [
  // Where credentials hold for every cluster that Rancher knows, its answer decides whether there are any.
  'rancher.cluster-not-found',
  'cluster.no-credentials',
  'cluster.kubeconfig-unreadable',
  'internal.unexpected',
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

  const installation = askRancher('rancher', 'installation', (s) =>
    rancher.evidence.installation(s),
  )
  const owners = askRancher('rancher', 'registrations of other clusters', async (s) => {
    const found = await rancher.evidence.allRegistrations(s)
    return found.map(({ clusterId, token }) => ({
      clusterId,
      fingerprint: request.fingerprint(token),
    }))
  })
  const rancherNodes = askRancher('rancher', 'nodes', async (s) =>
    rancher.evidence.nodeNames((await answerOf(record)).id, s),
  )
  const address = askRancher('worker', 'address of Rancher', (s) =>
    rancher.evidence.lookAt(rancher.url, s),
  )
  const serverUrlAddress = askRancher('worker', 'server-url', async (s) => {
    const { serverUrl } = await answerOf(settings)
    return isSameUrl(serverUrl, rancher.url)
      ? answerOf(address)
      : rancher.evidence.lookAt(serverUrl, s)
  })

  const opening = openByNameOrId(request, record, limits.signal)
  const opened = async () => {
    const cluster = await opening
    server = cluster.server
    return cluster
  }
  const apiServer = askCluster('worker', 'API server', async (s) => (await opened()).identity(s))
  const agents = askCluster('cluster', 'agents', async (s) => (await opened()).observeAgents(s))
  const agentsAddress = askRancher('worker', 'address of the agents', async (s) => {
    const used = (await answerOf(agents)).clusterAgent?.env.CATTLE_SERVER
    const known = [rancher.url, (await serverUrlOf(settings)) ?? rancher.url]
    if (!used || known.some((url) => isSameUrl(url, used))) return null
    return rancher.evidence.lookAt(used, s)
  })

  try {
    const probed = await Promise.all([
      unlessRefused(ping, TOKEN_REFUSED),
      unlessRefusedOrDeleted(record, apiServer, () => server !== request.cluster),
      unlessRefused(settings, TOKEN_REFUSED),
      unlessRefused(version, TOKEN_REFUSED),
      unlessRefused(registrations, TOKEN_REFUSED),
      certificate,
      certificateForAgents,
      apiServer,
      agents,
    ])
    const further = await Promise.all([
      installation,
      owners,
      rancherNodes,
      address,
      serverUrlAddress,
      agentsAddress,
    ])
    signal.throwIfAborted()
    return {
      cluster: request.cluster,
      rancherUrl: rancher.url,
      observedAt: new Date(request.clock()).toISOString(),
      isSecondLook: false,
      configuredCaPem: caPem ?? '',
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
      installation: further[0].seen,
      owners: further[1].seen,
      rancherNodes: further[2].seen,
      address: further[3].seen,
      serverUrlAddress: further[4].seen,
      agentsAddress: further[5].seen,
      looks: [...probed, ...further.filter(isNewsBeside(probed))].map(({ look }) => look),
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

/** A look that failed because one failed that it needs says nothing new. */
function isNewsBeside(probed: readonly Probed<unknown>[]) {
  const failures = probed.map(({ seen }) => failureIn(seen))
  return ({ seen }: Probed<unknown>) => seen.ok || !failures.includes(seen.failure)
}

async function serverUrlOf(settings: Promise<Probed<RancherSettings>>): Promise<string | null> {
  return answerIn((await settings).seen)?.serverUrl ?? null
}

/** A name that Reagent has credentials for is not misspelt: Rancher has lost that cluster's record, which is a cause. */
async function unlessRefusedOrDeleted<T>(
  record: Promise<Probed<T>>,
  apiServer: Promise<Probed<unknown>>,
  isOpened: () => boolean,
): Promise<Probed<T>> {
  const probed = await record
  if (failureIn(probed.seen)?.code === 'rancher.cluster-not-found') {
    const unopened = failureIn((await apiServer).seen)
    // One that timed out may be one whose credentials never opened.
    const isSilent = unopened?.code === 'cluster.timed-out' && !isOpened()
    if (!unopened || !(isSilent || NOT_OPENED.includes(unopened.code))) return probed
  }
  return unlessRefused(record, CLUSTER_NOT_TO_BE_HAD)
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
