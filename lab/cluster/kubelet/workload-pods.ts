import { isObject, type JsonObject, objectAt, textAt } from '../json.ts'
import { seededCharacters } from '../seeded.ts'
import type { KubeletContext } from './context.ts'
import { keepPending } from './pending-pod.ts'
import { type PodRunner, runPod } from './pod-runner.ts'
import type { Placement } from './scheduler.ts'

/** A pod of a workload: which, and of which revision of its template. */
export interface WorkloadPod {
  readonly workloadUid: string
  readonly revision: string
  readonly runner: PodRunner
}

/** The object that a pod belongs to: a ReplicaSet or a DaemonSet. */
export interface Owner {
  readonly object: JsonObject
  readonly apiVersion: string
  readonly kind: string
}

/** Why a pod could not be created. */
interface RefusedPod {
  readonly refused: string
}

/**
 * Creates a pod from a template and starts it. Why not, where the API server refuses it or the service account is not there;
 * then an event says so, as a controller does.
 */
export async function startPod(
  context: KubeletContext,
  owner: Owner,
  labels: Readonly<Record<string, string>>,
  template: JsonObject,
  place: () => Placement,
  ordinal: number,
): Promise<PodRunner | RefusedPod> {
  const { namespace } = context
  const ownerName = textAt(owner.object, 'metadata', 'name')
  const ownerUid = textAt(owner.object, 'metadata', 'uid')
  const account = textAt(template, 'spec', 'serviceAccountName') || 'default'
  const fail = async (why: string) => {
    await context.events({
      about: {
        apiVersion: owner.apiVersion,
        kind: owner.kind,
        namespace,
        name: ownerName,
        uid: ownerUid,
      },
      type: 'Warning',
      reason: 'FailedCreate',
      message: `Error creating: ${why}`,
      component: owner.kind === 'DaemonSet' ? 'daemonset-controller' : 'replicaset-controller',
    })
    return { refused: why }
  }
  if (account !== 'default' && !context.serviceAccounts.has(account)) {
    return fail(
      `pods "${ownerName}-" is forbidden: error looking up service account ${namespace}/${account}: serviceaccount "${account}" not found`,
    )
  }
  if (context.trouble.podRefusal !== null) return fail(context.trouble.podRefusal)
  const placement = place()
  const suffix = seededCharacters(context.seed, `${ownerName} ${ordinal}`, 5)
  const annotations = objectAt(template, 'metadata').annotations
  const answer = await context.admin.api('POST', `/api/v1/namespaces/${namespace}/pods`, {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name: `${ownerName}-${suffix}`,
      namespace,
      labels: { ...objectAt(template, 'metadata', 'labels'), ...labels },
      ...(isObject(annotations) && { annotations }),
      ownerReferences: [
        {
          apiVersion: owner.apiVersion,
          kind: owner.kind,
          name: ownerName,
          uid: ownerUid,
          controller: true,
          blockOwnerDeletion: true,
        },
      ],
    },
    spec: {
      ...objectAt(template, 'spec'),
      ...(placement.node && { nodeName: placement.node.name }),
    },
  })
  if (answer.status === 201 && placement.node) return runPod(context, answer.body, placement.node)
  if (answer.status === 201 && !placement.node) {
    return keepPending(context, answer.body, placement.message, () => place().node !== null)
  }
  return fail(textAt(answer.body, 'message'))
}
