import type { Quirks } from '../rancher-quirks.ts'
import { type ClusterKind, driverOf, providerOf } from './cluster-kind.ts'
import type { ClusterStatus } from './cluster-status.ts'
import type { ClusterCondition, KnownNode } from './contract.ts'
import { type JsonObject, objectIn, objectsIn, refill, textIn, toSeconds } from './recorded.ts'
import type { Templates } from './templates.ts'

export interface Cluster {
  readonly id: string
  readonly name: string
  readonly uuid: string
  readonly kind: ClusterKind
  readonly created: Date
  readonly kubernetesVersion: string
  readonly status: ClusterStatus
  /** Those of the API server that Rancher last asked through a tunnel. */
  nodes: readonly KnownNode[]
  readonly registryCredentials: string | null
  readonly hasPriorityClass: boolean
  readonly agentEnvVars: Readonly<Record<string, string>>
  readonly hidesAgentFeatures: boolean
  /** What the agent told; null before. */
  apiEndpoint: string | null
  apiServerCaPem: string | null
  annotations: Readonly<Record<string, string>>
  /** What Rancher pushed last, and when; null: it never did. */
  deployed: Deployed | null
  hasSecondSession: boolean
  secondSessionChangedAt: Date
}

export interface Deployed {
  readonly at: Date
  readonly agentImage: string
  readonly features: Readonly<Record<string, boolean>>
}

/** What a version shows of a cluster. */
export interface ClusterView {
  readonly quirks: Quirks
  readonly templates: Templates
  readonly desiredAgentImage: string
}

const AFTER_FIRST_CONTACT = new Set(['Pending', 'Provisioned', 'Waiting', 'Updated'])
const OWN_CONDITIONS = new Set(['Ready', 'Connected', 'AgentDeployed'])
const RECORDED_API_ENDPOINT = 'https://192.0.2.10:6443'
/** Long values of the recorded cluster's own history, and one that is an order to Rancher. */
const NOT_ITS_ANNOTATIONS = /^objectset\.rio\.cattle\.io\/|^io\.cattle\.agent\.force\.deploy$/

/** One cluster as `GET /v3/clusters/<id>` shows it to a client that reached Rancher as `host`. */
export function clusterRecord(cluster: Cluster, host: string, view: ClusterView): JsonObject {
  const { status, deployed } = cluster
  const { quirks, templates } = view
  const created = toSeconds(cluster.created)
  const isKnown = status.state !== 'pending'
  const record = refill(templates.cluster, [
    [templates.host, host],
    [templates.clusterId, cluster.id],
  ])
  const { agentImage: _, agentFeatures: __, provider: ___, ...rest } = record
  const annotations = Object.entries(objectIn(record.annotations)).filter(
    ([name]) => !NOT_ITS_ANNOTATIONS.test(name),
  )
  const message = messageOf(cluster)
  return withoutNulls({
    ...rest,
    name: cluster.name,
    uuid: cluster.uuid,
    internal: cluster.id === 'local',
    driver: cluster.id === 'local' ? 'local' : isKnown ? driverOf(cluster.kind, quirks) : '',
    ...(quirks.has('provider') && { provider: isKnown ? providerOf(cluster.kind) : '' }),
    created,
    createdTS: Math.floor(cluster.created.getTime() / 1000) * 1000,
    state: status.state,
    transitioning: status.state === 'active' ? 'no' : 'yes',
    transitioningMessage: message,
    annotations: { ...Object.fromEntries(annotations), ...cluster.annotations },
    agentImage: deployed?.agentImage ?? '',
    ...(quirks.has('answersOfTwelve') && { desiredAgentImage: view.desiredAgentImage }),
    ...(deployed !== null &&
      quirks.has('agentFeatures') &&
      !cluster.hidesAgentFeatures && { agentFeatures: deployed.features }),
    ...('nodeCount' in record && { nodeCount: cluster.nodes.length }),
    apiEndpoint: cluster.apiEndpoint,
    caCert:
      cluster.apiServerCaPem === null
        ? null
        : Buffer.from(cluster.apiServerCaPem).toString('base64'),
    componentStatuses: isKnown ? (record.componentStatuses ?? null) : null,
    version: isKnown ? versionOf(cluster, objectIn(record.version)) : null,
    conditions: clusterConditionsOf(cluster, view, objectsIn(record.conditions)),
  })
}

/** The conditions of that record. */
export function clusterConditions(
  cluster: Cluster,
  view: ClusterView,
): readonly ClusterCondition[] {
  return objectsIn(clusterRecord(cluster, '', view).conditions).map((condition) => ({
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

function clusterConditionsOf(
  cluster: Cluster,
  { quirks }: ClusterView,
  recorded: readonly JsonObject[],
): readonly JsonObject[] {
  const { status, deployed } = cluster
  if (status.conditions !== null) return status.conditions
  const settledAt = toSeconds(cluster.created)
  const isKnown = status.state !== 'pending'
  const isShown = ({ type }: JsonObject) =>
    !OWN_CONDITIONS.has(String(type)) && (isKnown || !AFTER_FIRST_CONTACT.has(String(type)))
  const settled: JsonObject[] = recorded
    .filter(isShown)
    .map((condition) => ({ ...condition, lastUpdateTime: settledAt }))
  if (deployed !== null) {
    settled.push({ type: 'AgentDeployed', status: 'True', lastUpdateTime: toSeconds(deployed.at) })
  }
  if (quirks.has('connectedCondition')) {
    const isConnected = cluster.hasSecondSession ? 'True' : 'False'
    const lastUpdateTime = toSeconds(cluster.secondSessionChangedAt)
    settled.push({ type: 'Connected', status: isConnected, lastUpdateTime })
  }
  if (!isKnown) {
    return [...settled, { lastUpdateTime: settledAt, type: 'Pending', status: 'Unknown' }]
  }
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
