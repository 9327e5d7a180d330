import { Failure } from '../recovery/index.ts'
import { findJson } from './answer.ts'
import type { Connection } from './connection.ts'
import type { Surroundings } from './contract.ts'
import { type JsonRecord, numberAt, recordsAt, textAt } from './json.ts'
import { conditionsOf, isoTimeOf } from './observe-conditions.ts'
import { ifToBeHad } from './observe-optional.ts'
import { readLog } from './observe-pods.ts'

const CATTLE = '/api/v1/namespaces/cattle-system'
/** Where Rancher has put the fleet agent, newest first. */
const FLEET_NAMESPACES = ['cattle-fleet-system', 'fleet-system']
/** Below the limit of the look at the agents, which must not fail for one of these. */
const PART_LIMIT_MS = 2_000
const MOST_WEBHOOKS = 100
const MOST_TOKEN_SECRETS = 3

type Get = (path: string) => Promise<JsonRecord | null>

/** Reads what surrounds the agents, all at once. A part that is not to be had within two seconds is null. */
export async function observeSurroundings(
  connection: Connection,
  signal: AbortSignal,
): Promise<Surroundings> {
  const part = <T>(read: (get: Get, stop: AbortSignal) => Promise<T>) =>
    ifToBeHad(
      (stop) => read((path) => findJson(connection, path, 'look around the agents', stop), stop),
      PART_LIMIT_MS,
      signal,
    )
  const [
    namespace,
    serviceAccount,
    lastConnection,
    fleetAgent,
    dns,
    webhooks,
    apiAddresses,
    apiServer,
  ] = await Promise.all([
    part(namespaceIn),
    part(serviceAccountIn),
    part(lastConnectionIn),
    part((get, stop) => fleetAgentIn(connection, get, stop)),
    part(dnsIn),
    part(webhooksIn),
    part(apiAddressesIn),
    part((_get, stop) => apiServerItself(connection, stop)),
  ])
  return {
    namespace,
    serviceAccount,
    lastConnection,
    fleetAgent,
    dns,
    webhooks,
    apiAddresses,
    apiServer,
  }
}

async function namespaceIn(get: Get): Promise<Surroundings['namespace']> {
  const namespace = await get(CATTLE)
  if (!namespace) return null
  const isGoing = textAt(namespace, 'metadata', 'deletionTimestamp') !== null
  const phase = isGoing ? 'Terminating' : (textAt(namespace, 'status', 'phase') ?? 'Active')
  return { phase, conditions: conditionsOf(namespace) }
}

/** Up to Kubernetes 1.23 an account names the secrets with its token; later ones name none, which says nothing. */
async function serviceAccountIn(get: Get): Promise<Surroundings['serviceAccount']> {
  const account = await get(`${CATTLE}/serviceaccounts/cattle`)
  if (!account) return { exists: false, missingSecrets: [], caPem: null }
  const names = recordsAt(account, 'secrets')
    .flatMap((secret) => textAt(secret, 'name') ?? [])
    .slice(0, MOST_TOKEN_SECRETS)
  const [root, ...secrets] = await Promise.all([
    orNull(get(`${CATTLE}/configmaps/kube-root-ca.crt`)),
    ...names.map(async (name) => ({ name, secret: await get(`${CATTLE}/secrets/${name}`) })),
  ])
  const authorities = secrets.flatMap(({ secret }) => textAt(secret, 'data', 'ca.crt') ?? [])
  const fromSecret = authorities[0] ? Buffer.from(authorities[0], 'base64').toString('utf8') : null
  return {
    exists: true,
    missingSecrets: secrets.filter(({ secret }) => secret === null).map(({ name }) => name),
    caPem: fromSecret ?? textAt(root, 'data', 'ca.crt'),
  }
}

async function lastConnectionIn(get: Get): Promise<Surroundings['lastConnection']> {
  const secret = await get(`${CATTLE}/secrets/stv-aggregation`)
  if (!secret) return null
  const url = textAt(secret, 'data', 'CATTLE_SERVER') ?? textAt(secret, 'data', 'url')
  return { url: url === null ? null : Buffer.from(url, 'base64').toString('utf8') }
}

async function fleetAgentIn(
  connection: Connection,
  get: Get,
  signal: AbortSignal,
): Promise<Surroundings['fleetAgent']> {
  const found = await Promise.all(
    FLEET_NAMESPACES.map(async (namespace) => {
      const kinds = await Promise.all(
        ['deployments', 'statefulsets'].map((kind) =>
          get(`/apis/apps/v1/namespaces/${namespace}/${kind}/fleet-agent`),
        ),
      )
      return { namespace, workload: kinds.find((workload) => workload !== null) ?? null }
    }),
  )
  const { namespace, workload } = found.find((each) => each.workload !== null) ?? {}
  if (!namespace || !workload) return null
  const pods = await orNull(
    get(`/api/v1/namespaces/${namespace}/pods?labelSelector=app%3Dfleet-agent&limit=1`),
  )
  const [pod] = recordsAt(pods, 'items')
  const name = textAt(pod, 'metadata', 'name')
  const container = textAt(recordsAt(pod, 'spec', 'containers')[0], 'name') ?? 'fleet-agent'
  const place = { namespace, pod: name ?? '', container, hasRestarted: false }
  const log = name === null ? null : await readLog(connection, place, [], signal)
  return {
    namespace,
    desiredPods: numberAt(workload, 'spec', 'replicas') ?? 1,
    readyPods: numberAt(workload, 'status', 'readyReplicas') ?? 0,
    logLines: log?.lines ?? [],
  }
}

/** CoreDNS runs under the label of kube-dns, which it replaced; some distributions name the Deployment after themselves. */
async function dnsIn(get: Get): Promise<Surroundings['dns']> {
  const list = await get(
    '/apis/apps/v1/namespaces/kube-system/deployments?labelSelector=k8s-app%3Dkube-dns&limit=5',
  )
  const [deployment] = recordsAt(list, 'items')
  if (!deployment) return null
  return {
    desiredPods: numberAt(deployment, 'spec', 'replicas') ?? 1,
    readyPods: numberAt(deployment, 'status', 'readyReplicas') ?? 0,
  }
}

async function webhooksIn(get: Get): Promise<Surroundings['webhooks']> {
  const group = '/apis/admissionregistration.k8s.io'
  const kinds = ['validatingwebhookconfigurations', 'mutatingwebhookconfigurations']
  const lists = await Promise.all(
    kinds.map(
      async (kind) =>
        (await orNull(get(`${group}/v1/${kind}?limit=${MOST_WEBHOOKS}`))) ??
        (await get(`${group}/v1beta1/${kind}?limit=${MOST_WEBHOOKS}`)),
    ),
  )
  return lists
    .flatMap((list) => recordsAt(list, 'items'))
    .flatMap((configuration) => recordsAt(configuration, 'webhooks'))
    .filter(seesAgents)
    .map((webhook) => ({
      name: textAt(webhook, 'name') ?? '',
      failurePolicy: textAt(webhook, 'failurePolicy') ?? 'Fail',
    }))
}

function seesAgents(webhook: JsonRecord): boolean {
  return recordsAt(webhook, 'rules').some(({ resources }) =>
    Array.isArray(resources)
      ? resources.some((it) => /^(\*|\*\/\*|pods|deployments|daemonsets|secrets)$/.test(String(it)))
      : false,
  )
}

/** What agents tell Rancher as the cluster's address is one of these, on imported clusters the service (reference §1.3). */
async function apiAddressesIn(get: Get): Promise<readonly string[]> {
  const path = '/api/v1/namespaces/default'
  const [service, endpoints] = await Promise.all([
    get(`${path}/services/kubernetes`),
    orNull(get(`${path}/endpoints/kubernetes`)),
  ])
  const clusterIp = textAt(service, 'spec', 'clusterIP')
  const servicePorts = recordsAt(service, 'spec', 'ports').map((port) => numberAt(port, 'port'))
  return [
    ...(clusterIp ? servicePorts.map((port) => `${clusterIp}:${port ?? 443}`) : []),
    ...recordsAt(endpoints, 'subsets').flatMap((subset) => {
      const ports = recordsAt(subset, 'ports').map((port) => numberAt(port, 'port') ?? 443)
      return recordsAt(subset, 'addresses').flatMap((address) =>
        ports.map((port) => `${textAt(address, 'ip') ?? ''}:${port}`),
      )
    }),
  ]
}

/** `[-]etcd failed: reason withheld` in `/readyz?verbose`; API servers before 1.16 have only `/healthz`. */
async function apiServerItself(
  connection: Connection,
  signal: AbortSignal,
): Promise<Surroundings['apiServer']> {
  const startedAt = performance.now()
  const ask = (path: string) => connection.ask({ method: 'GET', path }, signal)
  const ready = await ask('/readyz?verbose')
  const tookMs = Math.round(performance.now() - startedAt)
  const { text, date } = ready.status === 404 ? await ask('/healthz?verbose') : ready
  const failing = [...text.matchAll(/^\[-\](\S+)/gm)].flatMap(([, check]) => check ?? [])
  return { failingChecks: failing, tookMs, time: isoTimeOf(date) }
}

/** For a detail of a part that tells something without it. */
function orNull<T>(found: Promise<T>): Promise<T | null> {
  return found.catch((error: unknown) => {
    if (error instanceof Failure) return null
    throw error
  })
}
