import type { LabNode } from '../contract.ts'
import { type JsonObject, objectAt, objectsAt, textAt } from '../json.ts'
import type { KubeletContext } from './context.ts'
import { untoleratedTaints } from './taints.ts'

/** Where a pod goes, or why nowhere, in the scheduler's words. */
export type Placement =
  | { readonly node: LabNode }
  | { readonly node: null; readonly message: string }

type Placing = Pick<KubeletContext, 'nodes' | 'liveNodes'>

/** One node after the other, of those that take pods of this template. */
export function placeFor(context: Placing, template: JsonObject, ordinal: number): Placement {
  const spec = objectAt(template, 'spec')
  const problems = context.nodes.map((node) => problemOf(context.liveNodes.get(node.name), spec))
  const fitting = context.nodes.filter((_node, index) => problems[index] === null)
  const node = fitting[ordinal % fitting.length]
  if (node) return { node }
  const counts = new Map<string, number>()
  for (const problem of problems) {
    if (problem !== null) counts.set(problem, (counts.get(problem) ?? 0) + 1)
  }
  const reasons = [...counts].map(([problem, count]) => `${count} ${problem}`).sort()
  const total = context.nodes.length
  return { node: null, message: `0/${total} nodes are available: ${reasons.join(', ')}.` }
}

function problemOf(node: JsonObject | undefined, spec: JsonObject): string | null {
  if (objectAt(node, 'spec').unschedulable === true) return 'node(s) were unschedulable'
  const [taint] = untoleratedTaints(node, spec)
  if (taint !== undefined) return `node(s) had taint ${taint}, that the pod didn't tolerate`
  const selector = Object.entries(objectAt(spec, 'nodeSelector'))
  const labels = objectAt(node, 'metadata', 'labels')
  if (selector.some(([label, value]) => labels[label] !== value)) {
    return "node(s) didn't match Pod's node affinity"
  }
  const allocatable = mebibytesIn(textAt(node, 'status', 'allocatable', 'memory'))
  const [container] = objectsAt(spec, 'containers')
  const requested = mebibytesIn(textAt(container, 'resources', 'requests', 'memory'))
  if (allocatable !== null && requested !== null && requested > allocatable) {
    return 'Insufficient memory'
  }
  return null
}

function mebibytesIn(quantity: string): number | null {
  const [, amount, unit = ''] = /^(\d+)(Ki|Mi|Gi)$/.exec(quantity) ?? []
  if (amount === undefined) return null
  return Number(amount) * (unit === 'Gi' ? 1024 : unit === 'Mi' ? 1 : 1 / 1024)
}
