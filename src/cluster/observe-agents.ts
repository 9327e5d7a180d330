import { findJson } from './answer.ts'
import type { Connection } from './connection.ts'
import type { AgentsObserved, AgentWorkload, NodeObserved, ObservedEvent } from './contract.ts'
import { fingerprintOf } from './fingerprint.ts'
import { type JsonRecord, numberAt, recordAt, recordsAt, textAt } from './json.ts'
import { conditionsOf, eventOf, isoTimeOf } from './observe-conditions.ts'
import { unlessForbidden } from './observe-optional.ts'
import { agentLogPlaceOf, podOf, readLog } from './observe-pods.ts'
import { observeSurroundings } from './observe-surroundings.ts'
import { redact } from './redact.ts'

const NAMESPACE_PATH = '/api/v1/namespaces/cattle-system'
const WORKLOADS_PATH = '/apis/apps/v1/namespaces/cattle-system'
/** Proxies are read by curl in small letters as well. */
const TELLING_VARIABLE = /^(CATTLE_.*|STRICT_VERIFY|https?_proxy|no_proxy)$/i
const MOST_EVENTS = 20
const MOST_PODS = 500
const MOST_NODES = 250
/** Logs are read of so many pods a workload, those that are not ready first: one broken node-agent is like another. */
const MOST_LOGS = 5

/** Reads everything about the agents at once; see `Cluster.observeAgents`. Only the workloads themselves must be readable. */
export async function observeAgents(
  connection: Connection,
  fingerprintKey: Uint8Array,
  signal: AbortSignal,
): Promise<AgentsObserved> {
  const get = (path: string, what: string) => findJson(connection, path, `read ${what}`, signal)
  const list = async (path: string, what: string) => recordsAt(await get(path, what), 'items')
  const surrounding = observeSurroundings(connection, signal)
  const [namespace, deployment, daemonSet, pods, events, nodes] = await Promise.all([
    unlessForbidden(get(NAMESPACE_PATH, 'Namespace cattle-system'), {}),
    get(`${WORKLOADS_PATH}/deployments/cattle-cluster-agent`, 'Deployment cattle-cluster-agent'),
    get(`${WORKLOADS_PATH}/daemonsets/cattle-node-agent`, 'DaemonSet cattle-node-agent'),
    unlessForbidden(list(`${NAMESPACE_PATH}/pods?limit=${MOST_PODS}`, 'pods'), []),
    unlessForbidden(
      list(`${NAMESPACE_PATH}/events?fieldSelector=type%3DWarning&limit=500`, 'events'),
      [],
    ),
    unlessForbidden(list(`/api/v1/nodes?limit=${MOST_NODES}`, 'nodes'), []),
  ])

  async function workload(object: JsonRecord | null): Promise<AgentWorkload | null> {
    if (!object) return null
    const secretName = credentialsSecretOf(object)
    const secret = secretName
      ? await unlessForbidden(get(`${NAMESPACE_PATH}/secrets/${secretName}`, 'secrets'), {})
      : null
    const token = decoded(secret, 'token')
    const own = pods.filter((pod) => isSelected(pod, object)).sort(leastReadyFirst)
    const observed = own.map(async (pod, index) => {
      const known = token ? [token] : []
      const log =
        index < MOST_LOGS ? await readLog(connection, agentLogPlaceOf(pod), known, signal) : null
      return podOf(pod, object, log)
    })
    return {
      ...factsOf(object),
      credentials: {
        secretName,
        exists: secret !== null,
        url: decoded(secret, 'url'),
        tokenFingerprint: token === null ? null : fingerprintOf(fingerprintKey, token),
      },
      pods: await Promise.all(observed),
    }
  }

  const [clusterAgent, nodeAgent, surroundings] = await Promise.all([
    workload(deployment),
    workload(daemonSet),
    surrounding,
  ])
  return {
    namespaceExists: namespace !== null,
    clusterAgent,
    nodeAgent,
    events: warningsIn(events),
    nodes: nodes.map(nodeOf),
    surroundings,
  }
}

function factsOf(object: JsonRecord): Omit<AgentWorkload, 'credentials' | 'pods'> {
  const kind = object.kind === 'DaemonSet' ? 'DaemonSet' : 'Deployment'
  const name = textAt(object, 'metadata', 'name') ?? ''
  const container = agentContainerOf(object)
  const counts = kind === 'DaemonSet' ? daemonSetCounts(object) : deploymentCounts(object)
  const isObserved =
    (numberAt(object, 'status', 'observedGeneration') ?? 0) >=
    (numberAt(object, 'metadata', 'generation') ?? 0)
  const { desiredPods, existingPods, readyPods, updatedPods } = counts
  const isComplete = [existingPods, readyPods, updatedPods].every((count) => count === desiredPods)
  return {
    ref: { apiVersion: 'apps/v1', kind, namespace: 'cattle-system', name },
    desiredPods,
    readyPods,
    updatedPods,
    rolledOut: isObserved && isComplete,
    image: textAt(container, 'image') ?? '',
    env: Object.fromEntries(
      recordsAt(container, 'env').flatMap((entry) => {
        const variable = textAt(entry, 'name') ?? ''
        if (!TELLING_VARIABLE.test(variable) || 'valueFrom' in entry) return []
        return [[variable, redact(textAt(entry, 'value') ?? '')] as const]
      }),
    ),
    conditions: conditionsOf(object),
  }
}

function deploymentCounts(object: JsonRecord) {
  const status = (field: string) => numberAt(object, 'status', field) ?? 0
  return {
    desiredPods: numberAt(object, 'spec', 'replicas') ?? 1,
    existingPods: status('replicas'),
    readyPods: status('readyReplicas'),
    updatedPods: status('updatedReplicas'),
  }
}

function daemonSetCounts(object: JsonRecord) {
  const status = (field: string) => numberAt(object, 'status', field) ?? 0
  return {
    desiredPods: status('desiredNumberScheduled'),
    existingPods: status('currentNumberScheduled'),
    readyPods: status('numberReady'),
    updatedPods: status('updatedNumberScheduled'),
  }
}

/** What a node reports about itself. */
export function nodeOf(node: JsonRecord): NodeObserved {
  const info = (field: string) => textAt(node, 'status', 'nodeInfo', field) ?? ''
  return {
    name: textAt(node, 'metadata', 'name') ?? '',
    runtime: info('containerRuntimeVersion'),
    kubeletVersion: info('kubeletVersion'),
    osImage: info('osImage'),
    conditions: conditionsOf(node),
    heartbeatAt: isoTimeOf(
      recordsAt(node, 'status', 'conditions')
        .filter(({ type }) => type === 'Ready')
        .map((ready) => textAt(ready, 'lastHeartbeatTime'))[0] ?? null,
    ),
  }
}

function agentContainerOf(object: JsonRecord): JsonRecord {
  const containers = recordsAt(object, 'spec', 'template', 'spec', 'containers')
  const named = containers.find(({ name }) => name === 'cluster-register' || name === 'agent')
  return named ?? containers[0] ?? {}
}

function credentialsSecretOf(object: JsonRecord): string | null {
  const names = recordsAt(object, 'spec', 'template', 'spec', 'volumes').flatMap(
    (volume) => textAt(volume, 'secret', 'secretName') ?? [],
  )
  return names.find((name) => /^cattle-credentials-[a-z0-9]+$/.test(name)) ?? null
}

function decoded(secret: JsonRecord | null, key: string): string | null {
  const value = textAt(secret, 'data', key)
  return value === null ? null : Buffer.from(value, 'base64').toString('utf8')
}

function isSelected(pod: JsonRecord, workload: JsonRecord): boolean {
  const labels = recordAt(pod, 'metadata', 'labels')
  const wanted = Object.entries(recordAt(workload, 'spec', 'selector', 'matchLabels'))
  return wanted.length > 0 && wanted.every(([label, value]) => labels[label] === value)
}

/** Pods that have ended for good, such as evicted ones, may be many and have no log any more. */
function leastReadyFirst(a: JsonRecord, b: JsonRecord): number {
  const rank = (pod: JsonRecord) => {
    const { endedBecause, ready } = podOf(pod, {}, null)
    return endedBecause !== null ? 2 : ready ? 1 : 0
  }
  return rank(a) - rank(b)
}

function warningsIn(events: readonly JsonRecord[]): readonly ObservedEvent[] {
  return events
    .filter((event) =>
      /^cattle-(cluster|node)-agent/.test(textAt(event, 'involvedObject', 'name') ?? ''),
    )
    .map(eventOf)
    .sort((a, b) => ((a.at ?? '') < (b.at ?? '') ? 1 : -1))
    .slice(0, MOST_EVENTS)
}
