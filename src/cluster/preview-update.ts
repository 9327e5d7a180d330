import { Failure, type PlannedObject } from '../recovery/index.ts'
import { conflictingManagers, failureFrom, findJson, jsonOf, objectOf } from './answer.ts'
import type { Answer, Ask } from './connection.ts'
import type { KubernetesObject } from './contract.ts'
import { fieldChanges } from './field-changes.ts'
import { applyLocally } from './local-apply.ts'
import { MERGE_PATCH, mergePatchBetween } from './merge-patch.ts'
import { nameOfObject, objectPath, refOf } from './object-path.ts'
import { APPLY_PATCH, FIELD_MANAGER, type WritableTarget } from './target.ts'

const UNSUPPORTED_MEDIA_TYPE = 415

/**
 * What applying `object` would change of `live`: tried by a server-side apply, or else by a patch, where the server honours dry
 * run; worked out here where it does not.
 */
export async function previewUpdate(
  target: WritableTarget,
  object: KubernetesObject,
  live: KubernetesObject,
  signal: AbortSignal,
): Promise<PlannedObject> {
  const { dryRun, serverSideApply } = await target.abilities(signal)
  const tried = serverSideApply && (await triedApply(target, object, live, signal))
  const { after, takesOverFrom } = tried || (await triedPatch(target, object, live, dryRun, signal))
  const changes = fieldChanges(live, after, target.fingerprintKey)
  const ref = refOf(object)
  if (changes.length === 0) return { ref, action: 'unchanged', changes, takesOverFrom: [] }
  return { ref, action: 'update', changes, takesOverFrom }
}

interface Tried {
  readonly after: KubernetesObject
  readonly takesOverFrom: readonly string[]
}

/** Null where the server was started without server-side apply. */
async function triedApply(
  target: WritableTarget,
  object: KubernetesObject,
  live: KubernetesObject,
  signal: AbortSignal,
): Promise<Tried | null> {
  const path = `${objectPath(refOf(object), target.served)}?dryRun=All&fieldManager=${FIELD_MANAGER}`
  const apply = (query: string) =>
    target.connection.ask(
      { method: 'PATCH', path: `${path}${query}`, body: object, contentType: APPLY_PATCH },
      signal,
    )
  // Both at once: the first only tells whose fields are taken over, and the plan is waited for.
  const [unforced, forced] = await Promise.all([apply(''), apply('&force=true')])
  if (forced.status === UNSUPPORTED_MEDIA_TYPE) return null
  if (forced.status === 201) throw new Failure('cluster.changed', { object: nameOfObject(object) })
  const after = await triedObject(target, forced, live, signal)
  const managers = unforced.status === 409 ? conflictingManagers(unforced) : []
  return { after, takesOverFrom: managers.filter((manager) => manager !== FIELD_MANAGER) }
}

async function triedPatch(
  target: WritableTarget,
  object: KubernetesObject,
  live: KubernetesObject,
  dryRun: boolean,
  signal: AbortSignal,
): Promise<Tried> {
  const { after, takesOverFrom } = applyLocally(live, object)
  const patch = mergePatchBetween(live, after)
  if (!patch || !dryRun) return { after, takesOverFrom }
  const ask: Ask = {
    method: 'PATCH',
    path: `${objectPath(refOf(object), target.served)}?dryRun=All&fieldManager=${FIELD_MANAGER}`,
    body: patch,
    contentType: MERGE_PATCH,
  }
  const answer = await target.connection.ask(ask, signal)
  if (answer.status === 404) throw new Failure('cluster.changed', { object: nameOfObject(object) })
  return { after: await triedObject(target, answer, live, signal), takesOverFrom }
}

/**
 * The object that a dry run shows. A dry run leaves the resource version as it is (seen on 1.20). Where it is another one, either
 * somebody changed the object meanwhile or the server stored what it was only to try: then that is there now, and
 * `cluster.dry-run-ignored` says so.
 */
async function triedObject(
  { connection, served, fingerprintKey }: WritableTarget,
  answer: Answer,
  live: KubernetesObject,
  signal: AbortSignal,
): Promise<KubernetesObject> {
  const { server } = connection
  const name = nameOfObject(live)
  if (answer.status !== 200) {
    throw failureFrom(server, answer, { action: `patch ${name}`, object: name })
  }
  const after = objectOf(server, jsonOf(server, answer))
  const isAsBefore = after.metadata.resourceVersion === live.metadata.resourceVersion
  if (isAsBefore || fieldChanges(live, after, fingerprintKey).length === 0) return after
  const path = objectPath(refOf(live), served)
  const body = await findJson(connection, path, `read ${name}`, signal)
  const stored = body && objectOf(server, body)
  if (stored && fieldChanges(after, stored, fingerprintKey).length === 0) {
    throw new Failure('cluster.dry-run-ignored', { server, object: name })
  }
  return after
}
