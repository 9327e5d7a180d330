import { Failure } from '../recovery/index.ts'
import { failureFrom, findJson, jsonOf, objectOf } from './answer.ts'
import { applyOrder } from './apply-order.ts'
import type { Answer } from './connection.ts'
import type { KubernetesObject, PreparedObject, Preview } from './contract.ts'
import { fieldChanges } from './field-changes.ts'
import { numberAt, textAt } from './json.ts'
import { collectionPath, nameOfObject, objectPath, refOf } from './object-path.ts'
import { previewUpdate } from './preview-update.ts'
import { FIELD_MANAGER, type Target, type WritableTarget } from './target.ts'

/** The live form of each object, index for index; null for one that is not there. */
export function readObjects(
  { connection, served }: Target,
  objects: readonly KubernetesObject[],
  signal: AbortSignal,
): Promise<readonly (KubernetesObject | null)[]> {
  return Promise.all(
    objects.map(async (object) => {
      const path = objectPath(refOf(object), served)
      const body = await findJson(connection, path, `read ${nameOfObject(object)}`, signal)
      return body && objectOf(connection.server, body)
    }),
  )
}

/**
 */
export async function previewObjects(
  target: WritableTarget,
  wanted: readonly KubernetesObject[],
  live: readonly (KubernetesObject | null)[],
  signal: AbortSignal,
): Promise<Preview> {
  const { dryRun } = await target.abilities(signal)
  const newNames = (kind: string) =>
    new Set(
      wanted.flatMap((object, index) =>
        object.kind === kind && !live[index] ? [object.metadata.name] : [],
      ),
    )
  const newNamespaces = newNames('Namespace')
  const newRoles = newNames('ClusterRole')
  const prepared = await Promise.all(
    applyOrder(wanted).flatMap((index) => {
      const object = wanted[index]
      if (!object) return []
      const before = live[index] ?? null
      if (before) return [preparedUpdate(target, object, before, signal)]
      const canBeTried =
        dryRun &&
        !newNamespaces.has(object.metadata.namespace ?? '') &&
        !newRoles.has(textAt(object, 'roleRef', 'name') ?? '')
      return [previewCreate(target, object, canBeTried, signal)]
    }),
  )
  return {
    objects: prepared.map(({ planned }) => planned),
    prepared,
    restartsPods: prepared.reduce((sum, object) => sum + restartedPods(object), 0),
    notes: [
      ...(prepared.some(showsFingerprints) ? [FINGERPRINTS] : []),
      ...(prepared.some(isWritten) && !dryRun ? [NOT_TRIED] : []),
    ],
  }
}

async function preparedUpdate(
  target: WritableTarget,
  object: KubernetesObject,
  live: KubernetesObject,
  signal: AbortSignal,
): Promise<PreparedObject> {
  return { planned: await previewUpdate(target, object, live, signal), apply: object, live }
}

async function previewCreate(
  target: WritableTarget,
  object: KubernetesObject,
  canBeTried: boolean,
  signal: AbortSignal,
): Promise<PreparedObject> {
  if (canBeTried) {
    const path = `${collectionPath(refOf(object), target.served)}?dryRun=All&fieldManager=${FIELD_MANAGER}`
    const answer = await target.connection.ask({ method: 'POST', path, body: object }, signal)
    requireOnlyTried(target, answer, object)
  }
  const changes = fieldChanges(null, object, target.fingerprintKey)
  const planned = { ref: refOf(object), action: 'create', changes, takesOverFrom: [] } as const
  return { planned, apply: object, live: null }
}

/** What is only tried gets no resource version (seen on 1.20); one that has it was stored. */
function requireOnlyTried({ connection }: Target, answer: Answer, object: KubernetesObject): void {
  const { server } = connection
  const name = nameOfObject(object)
  if (answer.status !== 201) {
    throw failureFrom(server, answer, { action: `create ${name}`, object: name })
  }
  if (textAt(jsonOf(server, answer), 'metadata', 'resourceVersion')) {
    throw new Failure('cluster.dry-run-ignored', { server, object: name })
  }
}

const NOT_TRIED =
  'This API server cannot try a change without making it, so Reagent compared the objects itself: a policy may still refuse one.'

function isWritten({ planned }: PreparedObject): boolean {
  return planned.action !== 'unchanged'
}

const FINGERPRINTS =
  'Values of secrets are shown as fingerprints (fp:…): equal fingerprints mean equal values.'

function showsFingerprints({ planned }: PreparedObject): boolean {
  return planned.changes.some(({ from, to }) => `${from} ${to}`.includes('fp:'))
}

/** Pods that the controllers replace because their template changes. */
function restartedPods({ planned, live }: PreparedObject): number {
  const isRestarted = planned.changes.some(({ path }) => path.startsWith('spec.template.'))
  if (!live || !isRestarted) return 0
  if (live.kind === 'Deployment') return numberAt(live, 'spec', 'replicas') ?? 1
  if (live.kind === 'DaemonSet') return numberAt(live, 'status', 'desiredNumberScheduled') ?? 0
  return 0
}
