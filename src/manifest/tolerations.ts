import type { AgentNode, AgentSurroundings, JsonRecord, Taint } from '../cluster/index.ts'
import { textAt } from '../cluster/index.ts'

/** Taints that Kubernetes sets by itself and takes away again; Rancher looks past them too. */
const BY_KUBERNETES = 'node.kubernetes.io/'

/** Taints of the nodes on which Rancher wants its agents, each once. */
export function controlPlaneTaints(nodes: readonly AgentNode[]): readonly Taint[] {
  return eachOnce(nodes.filter(({ isControlPlane }) => isControlPlane).flatMap(lastingTaints))
}

/** Whether some node takes pods with these tolerations. True while not all nodes are known: then nobody can say no. */
export function hasPlace(
  { nodes, allNodes }: AgentSurroundings,
  tolerations: readonly JsonRecord[],
): boolean {
  if (nodes === null || !allNodes) return true
  const open = nodes.filter(({ isCordoned }) => !isCordoned)
  return open.length === 0 || open.some((node) => isTaken(node, tolerations))
}

/** The taints of nodes that are not cordoned which these tolerations do not bear, each once. */
export function taintsInTheWay(
  nodes: readonly AgentNode[],
  tolerations: readonly JsonRecord[],
): readonly Taint[] {
  const open = nodes.filter(({ isCordoned }) => !isCordoned)
  return eachOnce(open.flatMap((node) => blocking(node, tolerations)))
}

/** Rancher's own form of a toleration for a taint (rancher/rancher pkg/systemtemplate). */
export function tolerationFor({ key, value, effect }: Taint): JsonRecord {
  return { key, operator: 'Equal', ...(value !== '' && { value }), effect }
}

/** An empty key with `Exists` bears every taint, an empty effect every effect; the operator is `Equal` unless said. */
export function isTolerated(taint: Taint, tolerations: readonly JsonRecord[]): boolean {
  return tolerations.some((toleration) => {
    const text = (field: string) => textAt(toleration, field) ?? ''
    const exists = text('operator') === 'Exists'
    const bearsEffect = text('effect') === '' || text('effect') === taint.effect
    const bearsKey = text('key') === taint.key || (text('key') === '' && exists)
    return bearsEffect && bearsKey && (exists || text('value') === taint.value)
  })
}

/** `dedicated=infra:NoSchedule`, the way kubectl writes a taint. */
export function taintText({ key, value, effect }: Taint): string {
  return `${key}${value === '' ? '' : `=${value}`}:${effect}`
}

function isTaken(node: AgentNode, tolerations: readonly JsonRecord[]): boolean {
  return blocking(node, tolerations).length === 0
}

function blocking(node: AgentNode, tolerations: readonly JsonRecord[]): readonly Taint[] {
  return lastingTaints(node).filter(
    (taint) => taint.effect !== 'PreferNoSchedule' && !isTolerated(taint, tolerations),
  )
}

function lastingTaints({ taints }: AgentNode): readonly Taint[] {
  return taints.filter(({ key }) => !key.startsWith(BY_KUBERNETES))
}

function eachOnce(taints: readonly Taint[]): readonly Taint[] {
  const byText = new Map(taints.map((taint) => [taintText(taint), taint]))
  return [...byText.keys()].sort().flatMap((text) => byText.get(text) ?? [])
}
