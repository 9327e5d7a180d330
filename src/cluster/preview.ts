import { Failure } from '../recovery/index.ts'
import { conflictingManagers, failureFrom, findJson, jsonOf, objectOf } from './answer.ts'
import { applyOrder } from './apply-order.ts'
import type { Answer, Connection } from './connection.ts'
import type { KubernetesObject, PreparedObject, Preview, ServedKinds } from './contract.ts'
import { fieldChanges } from './field-changes.ts'
import { numberAt, textAt } from './json.ts'
import { collectionPath, nameOfObject, objectPath, refOf } from './object-path.ts'

/** The field manager under which Reagent applies. */
export const FIELD_MANAGER = 'reagent'
export const APPLY_PATCH = 'application/apply-patch+yaml'

/** What reading and comparing objects needs. */
export interface Target {
  readonly connection: Connection
  readonly served: ServedKinds
  readonly fingerprintKey: Uint8Array
}

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
 * Compares each wanted object with its live form by a server-side dry run. Objects in a namespace that is itself to be
 * created, and bindings of a role that is, are taken as wanted: the server cannot try them yet (seen on 1.20: a binding is
 * refused with "not found" unless its writer has the right `bind` on everything).
 */
export async function previewObjects(
  target: Target,
  wanted: readonly KubernetesObject[],
  live: readonly (KubernetesObject | null)[],
  signal: AbortSignal,
): Promise<Preview> {
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
      if (before) return [previewUpdate(target, object, before, signal)]
      const canBeTried =
        !newNamespaces.has(object.metadata.namespace ?? '') &&
        !newRoles.has(textAt(object, 'roleRef', 'name') ?? '')
      return [previewCreate(target, object, canBeTried, signal)]
    }),
  )
  return {
    objects: prepared.map(({ planned }) => planned),
    prepared,
    restartsPods: prepared.reduce((sum, object) => sum + restartedPods(object), 0),
    notes: prepared.some(showsFingerprints) ? [FINGERPRINTS] : [],
  }
}

async function previewCreate(
  target: Target,
  object: KubernetesObject,
  canBeTried: boolean,
  signal: AbortSignal,
): Promise<PreparedObject> {
  if (canBeTried) {
    const path = `${collectionPath(refOf(object), target.served)}?dryRun=All&fieldManager=${FIELD_MANAGER}`
    const answer = await target.connection.ask({ method: 'POST', path, body: object }, signal)
    if (answer.status !== 201) throw refusal(target, answer, object, 'create')
  }
  const changes = fieldChanges(null, object, target.fingerprintKey)
  const planned = { ref: refOf(object), action: 'create', changes, takesOverFrom: [] } as const
  return { planned, apply: object, live: null }
}

async function previewUpdate(
  target: Target,
  object: KubernetesObject,
  live: KubernetesObject,
  signal: AbortSignal,
): Promise<PreparedObject> {
  const path = `${objectPath(refOf(object), target.served)}?dryRun=All&fieldManager=${FIELD_MANAGER}`
  const apply = (query: string) =>
    target.connection.ask(
      { method: 'PATCH', path: `${path}${query}`, body: object, contentType: APPLY_PATCH },
      signal,
    )
  // Both at once: the first only tells whose fields are taken over, and the plan is waited for.
  const [unforced, forced] = await Promise.all([apply(''), apply('&force=true')])
  if (forced.status === 201) throw new Failure('cluster.changed', { object: nameOfObject(object) })
  if (forced.status !== 200) throw refusal(target, forced, object, 'patch')
  const after = objectOf(target.connection.server, jsonOf(target.connection.server, forced))
  const changes = fieldChanges(live, after, target.fingerprintKey)
  const isChanged = changes.length > 0
  const managers = isChanged && unforced.status === 409 ? conflictingManagers(unforced) : []
  const takesOverFrom = managers.filter((manager) => manager !== FIELD_MANAGER)
  const action = isChanged ? 'update' : 'unchanged'
  return { planned: { ref: refOf(object), action, changes, takesOverFrom }, apply: object, live }
}

function refusal(
  { connection }: Target,
  answer: Answer,
  object: KubernetesObject,
  verb: string,
): Failure {
  const name = nameOfObject(object)
  return failureFrom(connection.server, answer, { action: `${verb} ${name}`, object: name })
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
