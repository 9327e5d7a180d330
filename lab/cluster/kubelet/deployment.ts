import { type JsonObject, numberAt, objectAt, textAt, valueAt } from '../json.ts'
import type { KubeletContext } from './context.ts'
import { placeFor } from './scheduler.ts'
import { type Owner, startPod, type WorkloadPod } from './workload-pods.ts'
import { reportStatus } from './workload-status.ts'

/** Plays one Deployment a step further: a rolling update by its maxSurge and maxUnavailable. Gives its pods afterwards. */
export async function rollDeployment(
  context: KubeletContext,
  deployment: JsonObject,
  pods: readonly WorkloadPod[],
  nextOrdinal: () => number,
): Promise<readonly WorkloadPod[]> {
  const uid = textAt(deployment, 'metadata', 'uid')
  const wanted = numberAt(deployment, 'spec', 'replicas') ?? 1
  const revision = context.revisionOf(deployment, 9)
  const current = pods.filter((pod) => pod.revision === revision)
  const old = pods.filter((pod) => pod.revision !== revision)
  const most = wanted + limitOf(deployment, 'maxSurge', wanted, Math.ceil)
  const leastReady = wanted - limitOf(deployment, 'maxUnavailable', wanted, Math.floor)

  let replicaSet: Owner | null = null
  if (wanted > 0 || current.length > 0) {
    replicaSet = await ensureReplicaSet(context, deployment, revision, wanted)
  }
  let failure: string | null = null
  const started: WorkloadPod[] = []
  while (
    replicaSet &&
    current.length + started.length < wanted &&
    pods.length + started.length < most
  ) {
    const ordinal = nextOrdinal()
    const labels = { 'pod-template-hash': revision }
    const template = objectAt(deployment, 'spec', 'template')
    const place = () => placeFor(context, template, ordinal)
    const runner = await startPod(context, replicaSet, labels, template, place, ordinal)
    if ('refused' in runner) {
      failure = `Error creating: ${runner.refused}`
      break
    }
    started.push({ workloadUid: uid, revision, runner })
  }
  const surplus = current.slice(wanted)
  const removed = [...surplus, ...replaceable(old, [...current, ...started], leastReady)]
  await Promise.all(removed.map(({ runner }) => runner.stop()))
  const left = [...pods, ...started].filter((pod) => !removed.includes(pod))
  await reportDeployment(context, deployment, left, { revision, wanted, failure })
  if (old.length > 0 && !left.some((pod) => pod.revision !== revision)) {
    const outdated = new Set(old.map((pod) => pod.revision))
    await Promise.all([...outdated].map((found) => scaleDown(context, deployment, found)))
  }
  return left
}

/** Old pods that may go: those that are not ready, and so many others that enough stay ready. */
function replaceable(
  old: readonly WorkloadPod[],
  current: readonly WorkloadPod[],
  leastReady: number,
): readonly WorkloadPod[] {
  const ready = [...old, ...current].filter(({ runner }) => runner.isReady).length
  const broken = old.filter(({ runner }) => !runner.isReady)
  const healthy = old.filter(({ runner }) => runner.isReady)
  return [...broken, ...healthy.slice(0, Math.max(0, ready - leastReady))]
}

function limitOf(
  deployment: JsonObject,
  name: 'maxSurge' | 'maxUnavailable',
  wanted: number,
  round: (value: number) => number,
): number {
  if (textAt(deployment, 'spec', 'strategy', 'type') === 'Recreate') {
    return name === 'maxUnavailable' ? wanted : 0
  }
  const limit = valueAt(deployment, 'spec', 'strategy', 'rollingUpdate', name) ?? '25%'
  return typeof limit === 'number'
    ? limit
    : round((Number.parseInt(String(limit), 10) / 100) * wanted)
}

function replicaSetsOf({ namespace }: KubeletContext): string {
  return `/apis/apps/v1/namespaces/${namespace}/replicasets`
}

async function ensureReplicaSet(
  context: KubeletContext,
  deployment: JsonObject,
  revision: string,
  replicas: number,
): Promise<Owner> {
  const { admin, namespace } = context
  const replicaSets = replicaSetsOf(context)
  const apiVersion = 'apps/v1'
  const kind = 'ReplicaSet'
  const name = `${textAt(deployment, 'metadata', 'name')}-${revision}`
  const found = await admin.api('GET', `${replicaSets}/${name}`)
  if (found.status === 200) {
    if (numberAt(found.body, 'spec', 'replicas') !== replicas) {
      await admin.merge(`${replicaSets}/${name}`, { spec: { replicas } }, 'kube-controller-manager')
    }
    return { object: found.body, apiVersion, kind }
  }
  const template = objectAt(deployment, 'spec', 'template')
  const hash = { 'pod-template-hash': revision }
  const labels = { ...objectAt(template, 'metadata', 'labels'), ...hash }
  const selector = objectAt(deployment, 'spec', 'selector')
  const object = await admin.must('POST', replicaSets, {
    apiVersion,
    kind,
    metadata: {
      name,
      namespace,
      labels,
      ownerReferences: [
        {
          apiVersion,
          kind: 'Deployment',
          name: textAt(deployment, 'metadata', 'name'),
          uid: textAt(deployment, 'metadata', 'uid'),
          controller: true,
          blockOwnerDeletion: true,
        },
      ],
    },
    spec: {
      replicas,
      selector: { ...selector, matchLabels: { ...objectAt(selector, 'matchLabels'), ...hash } },
      template: { ...template, metadata: { ...objectAt(template, 'metadata'), labels } },
    },
  })
  return { object, apiVersion, kind }
}

async function scaleDown(context: KubeletContext, deployment: JsonObject, revision: string) {
  const path = `${replicaSetsOf(context)}/${textAt(deployment, 'metadata', 'name')}-${revision}`
  await context.admin.merge(path, { spec: { replicas: 0 } }, 'kube-controller-manager')
}

async function reportDeployment(
  context: KubeletContext,
  deployment: JsonObject,
  pods: readonly WorkloadPod[],
  {
    revision,
    wanted,
    failure,
  }: { readonly revision: string; readonly wanted: number; readonly failure: string | null },
): Promise<void> {
  const ready = pods.filter(({ runner }) => runner.isReady).length
  const leastAvailable = wanted - limitOf(deployment, 'maxUnavailable', wanted, Math.floor)
  await reportStatus(context, deployment, 'deployments', {
    observedGeneration: numberAt(deployment, 'metadata', 'generation') ?? 1,
    replicas: pods.length || null,
    updatedReplicas: pods.filter((pod) => pod.revision === revision).length || null,
    readyReplicas: ready || null,
    availableReplicas: ready || null,
    unavailableReplicas: Math.max(0, Math.max(wanted, pods.length) - ready) || null,
    conditions: conditionsOf(ready >= leastAvailable, failure),
  })
}

function conditionsOf(isAvailable: boolean, failure: string | null): readonly JsonObject[] {
  const available = isAvailable
    ? {
        status: 'True',
        reason: 'MinimumReplicasAvailable',
        message: 'Deployment has minimum availability.',
      }
    : {
        status: 'False',
        reason: 'MinimumReplicasUnavailable',
        message: 'Deployment does not have minimum availability.',
      }
  const refused = { type: 'ReplicaFailure', status: 'True', reason: 'FailedCreate' }
  return [
    { type: 'Available', ...available },
    ...(failure === null ? [] : [{ ...refused, message: failure }]),
  ]
}
