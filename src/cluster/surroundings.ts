import { Failure } from '../recovery/index.ts'
import { findJson } from './answer.ts'
import type { Connection } from './connection.ts'
import type { AgentNode, AgentSurroundings } from './contract.ts'
import { type JsonRecord, recordAt, recordsAt, textAt } from './json.ts'

const MOST_NODES = 250
const CONTROL_PLANE = [
  'node-role.kubernetes.io/controlplane',
  'node-role.kubernetes.io/control-plane',
] as const
const PRIVATE_REGISTRY = '/api/v1/namespaces/cattle-system/secrets/cattle-private-registry'
const PRIORITY_CLASS =
  '/apis/scheduling.k8s.io/v1/priorityclasses/cattle-cluster-agent-priority-class'

/** Reads what agents find on a cluster; see `Cluster.surroundings`. What may not be read is left open. */
export async function readSurroundings(
  connection: Connection,
  signal: AbortSignal,
): Promise<AgentSurroundings> {
  const read = (path: string, what: string) => findJson(connection, path, `read ${what}`, signal)
  const nodes = (query: string) => read(`/api/v1/nodes?limit=${MOST_NODES}${query}`, 'nodes')
  const [page, registry, priorityClass] = await Promise.all([
    unlessForbidden(nodes('')),
    unlessForbidden(read(PRIVATE_REGISTRY, 'Secret cattle-private-registry')),
    unlessForbidden(read(PRIORITY_CLASS, 'PriorityClass')),
  ])
  const isWhole = !textAt(page, 'metadata', 'continue')
  const more = isWhole
    ? []
    : await Promise.all(CONTROL_PLANE.map((label) => nodes(`&labelSelector=${label}%3Dtrue`)))
  const found = [page, ...more].flatMap((list) => recordsAt(list, 'items').map(nodeOf))
  return {
    nodes: page && [...new Map(found.map((node) => [node.name, node])).values()],
    allNodes: isWhole,
    privateRegistry: registry !== null,
    priorityClass: priorityClass === null ? null : textAt(priorityClass, 'metadata', 'name'),
  }
}

function nodeOf(node: JsonRecord): AgentNode {
  const labels = recordAt(node, 'metadata', 'labels')
  return {
    name: textAt(node, 'metadata', 'name') ?? '',
    isControlPlane: CONTROL_PLANE.some((label) => labels[label] === 'true'),
    isCordoned: recordAt(node, 'spec').unschedulable === true,
    taints: recordsAt(node, 'spec', 'taints').map((taint) => ({
      key: textAt(taint, 'key') ?? '',
      value: textAt(taint, 'value') ?? '',
      effect: textAt(taint, 'effect') ?? '',
    })),
  }
}

async function unlessForbidden<T>(found: Promise<T | null>): Promise<T | null> {
  try {
    return await found
  } catch (error) {
    if (error instanceof Failure && error.code === 'cluster.forbidden') return null
    throw error
  }
}
