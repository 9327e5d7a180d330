import { type JsonObject, numberAt, objectAt, textAt } from '../json.ts'
import type { KubeletContext } from './context.ts'
import { untoleratedTaints } from './taints.ts'
import { startPod, type WorkloadPod } from './workload-pods.ts'
import { reportStatus } from './workload-status.ts'

/** Plays one DaemonSet a step further: one pod a node, replaced node by node. Gives its pods afterwards. */
export async function rollDaemonSet(
  context: KubeletContext,
  daemonSet: JsonObject,
  pods: readonly WorkloadPod[],
  nextOrdinal: () => number,
): Promise<readonly WorkloadPod[]> {
  const uid = textAt(daemonSet, 'metadata', 'uid')
  const revision = context.revisionOf(daemonSet, 10)
  const isRolling = textAt(daemonSet, 'spec', 'updateStrategy', 'type') !== 'OnDelete'
  const mostUnavailable =
    numberAt(daemonSet, 'spec', 'updateStrategy', 'rollingUpdate', 'maxUnavailable') ?? 1

  const outdated = isRolling ? pods.filter((pod) => pod.revision !== revision) : []
  const current = pods.filter((pod) => !outdated.includes(pod))
  const unavailable = current.filter(({ runner }) => !runner.isReady).length
  const broken = outdated.filter(({ runner }) => !runner.isReady)
  const healthy = outdated.filter(({ runner }) => runner.isReady)
  const removed = [...broken, ...healthy].slice(0, Math.max(0, mostUnavailable - unavailable))
  await Promise.all(removed.map(({ runner }) => runner.stop()))

  const template = objectAt(daemonSet, 'spec', 'template')
  const nodes = context.nodes.filter(
    ({ name }) =>
      untoleratedTaints(context.liveNodes.get(name), objectAt(template, 'spec'), true).length === 0,
  )
  const left = pods.filter((pod) => !removed.includes(pod))
  const started: WorkloadPod[] = []
  for (const node of nodes) {
    if (left.some(({ runner }) => runner.node === node.name)) continue
    const owner = { object: daemonSet, apiVersion: 'apps/v1', kind: 'DaemonSet' }
    const labels = {
      'controller-revision-hash': revision,
      'pod-template-generation': String(numberAt(daemonSet, 'metadata', 'generation') ?? 1),
    }
    const runner = await startPod(context, owner, labels, template, () => ({ node }), nextOrdinal())
    if ('refused' in runner) break
    started.push({ workloadUid: uid, revision, runner })
  }
  const all = [...left, ...started]
  const ready = all.filter(({ runner }) => runner.isReady).length
  await reportStatus(context, daemonSet, 'daemonsets', {
    observedGeneration: numberAt(daemonSet, 'metadata', 'generation') ?? 1,
    currentNumberScheduled: all.length,
    desiredNumberScheduled: nodes.length,
    numberMisscheduled: 0,
    updatedNumberScheduled: all.filter((pod) => pod.revision === revision).length || null,
    numberReady: ready,
    numberAvailable: ready || null,
    numberUnavailable: nodes.length - ready || null,
  })
  return all
}
