import { isIPv6 } from 'node:net'
import { Failure } from '../../recovery/index.ts'
import { type JsonRecord, recordsAt, textAt, valueAt } from '../json.ts'
import { buildKubeconfig, type LogIn } from './build-kubeconfig.ts'
import type { Credential, CredentialSource, ReadLocal, SourceContext } from './contract.ts'
import {
  clusterPath,
  keptPlaces,
  nodesPath,
  serviceAccountSecretPath,
  statePath,
} from './kept-by-rancher.ts'
import { readLocalBy } from './read-local.ts'

type RkeStateSource = Extract<CredentialSource, { kind: 'rke-state' }>

const MOST_ADDRESSES = 5

/**
 * What Rancher keeps in its own cluster about clusters that it built or was connected with: the twin of the community's
 * `get_kubeconfig_custom_cluster_rancher2.sh`. Each log-in with the address that was kept with it, then with those of the other
 * control-plane nodes, in case that one is dead or is inside the cluster only.
 */
export async function fromRkeState(
  source: RkeStateSource,
  { record, readLocal, timeoutMs }: SourceContext,
  signal: AbortSignal,
): Promise<readonly Credential[]> {
  const { id } = await record()
  if (!/^[a-z0-9-]+$/.test(id)) throw nothingKept(id)
  const read = readLocal ?? readLocalBy(source.from, timeoutMs)
  const [provisioner, status, nodes] = await Promise.allSettled([
    read(statePath(id), signal).then((state) => (state ? keptByProvisioner(id, state) : [])),
    read(clusterPath(id), signal).then((cluster) =>
      cluster ? keptInStatus(cluster, read, signal) : [],
    ),
    read(nodesPath(id), signal),
  ])
  // Whoever may read one place may not be allowed to read the others: what is found is enough.
  const kept = [provisioner, status].flatMap((one) => (one.status === 'fulfilled' ? one.value : []))
  if (kept.length === 0) {
    const refused = [provisioner, status].find((one) => one.status === 'rejected')
    throw refused?.reason ?? nothingKept(id)
  }
  const addresses = nodes.status === 'fulfilled' ? controlPlaneAddresses(nodes.value) : []
  return Promise.all(
    kept.flatMap((one) =>
      [...new Set([one.server, ...addresses.flatMap(serverLike(one.server))])]
        .slice(0, MOST_ADDRESSES)
        .map(async (server) => {
          const label = server === one.server ? one.label : `${one.label} at ${server}`
          return { label, kubeconfig: await buildKubeconfig(label, server, one.caPem, one.logIn) }
        }),
    ),
  )
}

interface Kept {
  readonly label: string
  readonly server: string
  readonly caPem: string
  readonly logIn: LogIn
}

/** Key `cluster` of the state Secret: JSON with base64 PEM, or a token, or a password. */
function keptByProvisioner(id: string, secret: JsonRecord): readonly Kept[] {
  const state = parsed(decoded(textAt(secret, 'data', 'cluster') ?? ''))
  const text = (field: string) => textAt(state, field) ?? ''
  const server = serverFrom(text('endpoint'))
  const caPem = decodedPem(text('rootCACert'))
  if (server === null || caPem === '') return []
  const clientCertPem = decodedPem(text('clientCertificate'))
  const clientKeyPem = decodedPem(text('clientKey'))
  const token = text('serviceAccountToken')
  const [username, password] = [text('username'), text('password')]
  const logIns: readonly LogIn[] = [
    ...(clientCertPem && clientKeyPem ? [{ clientCertPem, clientKeyPem }] : []),
    ...(token ? [{ token }] : []),
    ...(username && password ? [{ username, password }] : []),
  ]
  return logIns.map((logIn) => ({
    label: `rke-state (Secret c-${id}, ${'token' in logIn ? 'token' : 'username' in logIn ? 'password' : 'certificate'})`,
    server,
    caPem,
    logIn,
  }))
}

/** The service account that Rancher made in the cluster: its token in the status, later in a Secret that the status names. */
async function keptInStatus(
  cluster: JsonRecord,
  read: ReadLocal,
  signal: AbortSignal,
): Promise<readonly Kept[]> {
  const server = serverFrom(textAt(cluster, 'status', 'apiEndpoint') ?? '')
  const caPem = decodedPem(textAt(cluster, 'status', 'caCert') ?? '')
  if (server === null || caPem === '') return []
  const inStatus = textAt(cluster, 'status', 'serviceAccountToken')
  if (inStatus) {
    return [{ label: 'rke-state (service account)', server, caPem, logIn: { token: inStatus } }]
  }
  const name = textAt(cluster, 'status', 'serviceAccountTokenSecret')
  if (!name) return []
  const secret = await read(serviceAccountSecretPath(name), signal)
  const token = decoded(textAt(secret, 'data', 'credential') ?? '')
  return token === ''
    ? []
    : [{ label: `rke-state (Secret ${name})`, server, caPem, logIn: { token } }]
}

function controlPlaneAddresses(nodes: JsonRecord | null): readonly string[] {
  return recordsAt(nodes, 'items')
    .filter((node) => valueAt(node, 'spec', 'controlPlane') === true)
    .flatMap((node) => [
      textAt(node, 'status', 'rkeNode', 'address'),
      ...recordsAt(node, 'status', 'internalNodeStatus', 'addresses')
        .filter(({ type }) => type === 'ExternalIP' || type === 'InternalIP')
        .map(({ address }) => address),
    ])
    .filter((address) => typeof address === 'string')
}

/** Control planes of one cluster listen on the same port; 443 is that of the Service in front of them. */
function serverLike(kept: string): (address: string) => readonly string[] {
  const { port } = new URL(kept)
  return (address) => {
    const host = isIPv6(address) ? `[${address}]` : address
    const server = serverFrom(`${host}:${port === '' ? '6443' : port}`)
    return server === null ? [] : [server]
  }
}

/** `192.0.2.10:6443` and `https://192.0.2.10:6443` are both kept. */
function serverFrom(endpoint: string): string | null {
  if (endpoint === '') return null
  const url = URL.parse(endpoint.includes('://') ? endpoint : `https://${endpoint}`)
  if (url?.protocol !== 'https:') return null
  return url.href.replace(/\/$/, '')
}

function nothingKept(cluster: string): Failure {
  const usable = keptPlaces.filter(({ unusable }) => unusable === null)
  const looked = usable.map(({ what, versions }) => `${what} (${versions})`).join('; ')
  return new Failure('cluster.nothing-kept', { cluster, looked })
}

function decoded(base64: string): string {
  return Buffer.from(base64, 'base64').toString('utf8')
}

function decodedPem(text: string): string {
  return text.startsWith('-----BEGIN') ? text : decoded(text)
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
