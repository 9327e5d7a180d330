import type { ClusterStatus } from './cluster-status.ts'
import type { ClusterCondition } from './contract.ts'
import {
  type JsonObject,
  objectIn,
  objectsIn,
  recordedObject,
  refill,
  textIn,
  toSeconds,
} from './recorded.ts'

export interface Cluster {
  readonly id: string
  readonly name: string
  readonly uuid: string
  readonly created: Date
  readonly kubernetesVersion: string
  readonly status: ClusterStatus
  /** What the agent told; null before. */
  apiEndpoint: string | null
  apiServerCaPem: string | null
}

const TEMPLATE = recordedObject('cluster-unavailable.json')
const AFTER_FIRST_CONTACT = new Set(['Pending', 'Provisioned', 'Waiting', 'Updated'])
const RECORDED_API_ENDPOINT = 'https://192.0.2.10:6443'

/** One cluster as `GET /v3/clusters/<id>` shows it to a client that reached Rancher as `host`. */
export function clusterRecord(cluster: Cluster, host: string): JsonObject {
  const { status } = cluster
  const created = toSeconds(cluster.created)
  const isKnown = status.state !== 'pending'
  const record = refill(TEMPLATE, [
    ['rancher.example.com', host],
    ['c-sxlbv', cluster.id],
  ])
  const message = messageOf(cluster)
  return withoutNulls({
    ...record,
    name: cluster.name,
    uuid: cluster.uuid,
    internal: cluster.id === 'local',
    driver: driverOf(cluster),
    created,
    createdTS: Math.floor(cluster.created.getTime() / 1000) * 1000,
    state: status.state,
    transitioning: status.state === 'active' ? 'no' : 'yes',
    transitioningMessage: message,
    apiEndpoint: cluster.apiEndpoint,
    caCert:
      cluster.apiServerCaPem === null
        ? null
        : Buffer.from(cluster.apiServerCaPem).toString('base64'),
    componentStatuses: isKnown ? (record.componentStatuses ?? null) : null,
    version: isKnown ? versionOf(cluster, objectIn(record.version)) : null,
    conditions: conditionsOf(cluster, objectsIn(record.conditions), created),
  })
}

/** The conditions of that record. */
export function clusterConditions(cluster: Cluster): readonly ClusterCondition[] {
  return objectsIn(clusterRecord(cluster, '').conditions).map((condition) => ({
    type: textIn(condition.type),
    status: textIn(condition.status),
    message: textIn(condition.message),
    since: textIn(condition.lastUpdateTime),
  }))
}

/** The recording's message names the API endpoint of the recorded cluster. */
export function messageOf(cluster: Cluster): string {
  return cluster.status.message.replace(
    RECORDED_API_ENDPOINT,
    () => cluster.apiEndpoint ?? RECORDED_API_ENDPOINT,
  )
}

function driverOf(cluster: Cluster): string {
  if (cluster.id === 'local') return 'local'
  return cluster.status.state === 'pending' ? '' : 'imported'
}

function conditionsOf(
  cluster: Cluster,
  recorded: readonly JsonObject[],
  created: string,
): readonly JsonObject[] {
  const { status } = cluster
  const isKnown = status.state !== 'pending'
  const settled = recorded
    .filter(({ type }) => type !== 'Ready' && (isKnown || !AFTER_FIRST_CONTACT.has(String(type))))
    .map((condition) => ({ ...condition, lastUpdateTime: created }))
  if (!isKnown) return [...settled, { lastUpdateTime: created, type: 'Pending', status: 'Unknown' }]
  const ready = { lastUpdateTime: toSeconds(status.changedAt), type: 'Ready' }
  if (status.state === 'active') return [...settled, { ...ready, status: 'True' }]
  const message = messageOf(cluster)
  const why = message === '' ? {} : { message, reason: status.reason }
  return [...settled, { ...ready, ...why, status: 'False' }]
}

function versionOf({ kubernetesVersion }: Cluster, recorded: JsonObject): JsonObject {
  const [major = '', minor = ''] = kubernetesVersion.replace(/^v/, '').split('.')
  return { ...recorded, gitVersion: kubernetesVersion, major, minor }
}

/** Rancher leaves fields without a value out. */
function withoutNulls(record: JsonObject): JsonObject {
  const optional = new Set(['apiEndpoint', 'caCert', 'componentStatuses', 'version'])
  return Object.fromEntries(
    Object.entries(record).filter(([name, value]) => value !== null || !optional.has(name)),
  )
}
