import {
  type JsonRecord,
  type KubernetesObject,
  recordAt,
  recordsAt,
  textAt,
} from '../cluster/index.ts'

export function isWorkload({ kind }: KubernetesObject): boolean {
  return kind === 'Deployment' || kind === 'DaemonSet'
}

/** The pod template's `spec` of a Deployment or DaemonSet. */
export function podSpecOf(workload: KubernetesObject): JsonRecord {
  return recordAt(workload, 'spec', 'template', 'spec')
}

export function containersOf(workload: KubernetesObject): readonly JsonRecord[] {
  return recordsAt(podSpecOf(workload), 'containers')
}

/** The item of a list that Kubernetes keys by `name`. */
export function named(items: readonly JsonRecord[], name: unknown): JsonRecord | undefined {
  return items.find((item) => item.name === name)
}

/** A value cannot be put beside a reference that somebody set for the same variable: the server refuses both together. */
export function isSendable(entry: JsonRecord, live: JsonRecord): boolean {
  const there = named(recordsAt(live, 'env'), entry.name)
  return entry.valueFrom !== undefined || there?.valueFrom === undefined
}

/** The image of the cluster agent, null in a manifest without one. */
export function agentImageIn(objects: readonly KubernetesObject[]): string | null {
  const agent = objects.find(({ kind }) => kind === 'Deployment')
  return agent ? textAt(containersOf(agent)[0], 'image') : null
}
