import { Failure } from '../recovery/index.ts'
import { findJson } from './answer.ts'
import type { Connection } from './connection.ts'
import type { AgentNode, AgentSurroundings, ServedKinds } from './contract.ts'
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
  served: Promise<ServedKinds>,
  signal: AbortSignal,
): Promise<AgentSurroundings> {
  const read = (path: string, what: string) => findJson(connection, path, `read ${what}`, signal)
  const nodes = (query: string) => read(`/api/v1/nodes?limit=${MOST_NODES}${query}`, 'nodes')
  const [page, registry, priorityClass] = await Promise.all([
    unlessForbidden(nodes(''), null),
    unlessForbidden(read(PRIVATE_REGISTRY, 'Secret cattle-private-registry'), null),
    unlessForbidden(
      readPriorityClass(served, () => read(PRIORITY_CLASS, 'PriorityClass')),
      'unreadable',
    ),
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
    priorityClass,
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

/** An API server before 1.14 does not know this version of the kind, nor does a Rancher that old use it. */
async function readPriorityClass(
  served: Promise<ServedKinds>,
  read: () => Promise<JsonRecord | null>,
) {
  if (!(await served).find('scheduling.k8s.io/v1', 'PriorityClass')) return null
  const name = textAt(await read(), 'metadata', 'name')
  return name === null ? null : { name }
}

async function unlessForbidden<T, const U>(found: Promise<T>, otherwise: U): Promise<T | U> {
  try {
    return await found
  } catch (error) {
    if (error instanceof Failure && error.code === 'cluster.forbidden') return otherwise
    throw error
  }
}
