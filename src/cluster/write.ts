import { Failure } from '../recovery/index.ts'
import { annotated, fenceOn, withAppliedFields } from './annotations.ts'
import { conflictingManagers, failureFrom, findJson, isWritten, objectOf } from './answer.ts'
import type { Answer, Ask } from './connection.ts'
import type { KubernetesObject, PreparedObject, Writer } from './contract.ts'
import { fieldChanges } from './field-changes.ts'
import { type JsonRecord, recordAt } from './json.ts'
import { applyLocally } from './local-apply.ts'
import { MERGE_PATCH, mergePatchBetween } from './merge-patch.ts'
import { collectionPath, nameOfObject, objectPath, refOf } from './object-path.ts'
import { APPLY_PATCH, FIELD_MANAGER, type Target, type WritableTarget } from './target.ts'

/** A controller may report status between comparing and writing; so often in a row it does not. */
const MOST_STATUS_CHANGES = 3
const UNSUPPORTED_MEDIA_TYPE = 415

/** Writes one prepared object; see `Cluster.write`. */
export async function writeObject(
  target: WritableTarget,
  prepared: PreparedObject,
  writer: Writer,
  signal: AbortSignal,
): Promise<{ readonly written: boolean }> {
  const { planned, apply, live } = prepared
  if (live) refuseOlderFence(live, writer)
  if (planned.action === 'unchanged') return { written: false }
  if (live) await update(target, apply, live, writer, signal)
  else await create(target, annotated(apply, writer), signal)
  return { written: true }
}

async function create(
  target: Target,
  object: KubernetesObject,
  signal: AbortSignal,
): Promise<void> {
  const path = `${collectionPath(refOf(object), target.served)}?fieldManager=${FIELD_MANAGER}`
  const ask: Ask = { method: 'POST', path, body: object, writes: nameOfObject(object) }
  const answer = await target.connection.ask(ask, signal)
  if (!isWritten(answer, ask, 201)) throw refusal(target, answer, ask, 'create')
}

async function update(
  target: WritableTarget,
  object: KubernetesObject,
  compared: KubernetesObject,
  writer: Writer,
  signal: AbortSignal,
): Promise<void> {
  const path = objectPath(refOf(object), target.served)
  const name = nameOfObject(object)
  const query = `?fieldManager=${FIELD_MANAGER}`
  let { serverSideApply: isApplied } = await target.abilities(signal)
  let live = compared
  for (let attempt = 0; attempt < MOST_STATUS_CHANGES; attempt++) {
    const ask: Ask = isApplied
      ? {
          method: 'PATCH',
          path: `${path}${query}&force=true`,
          body: onVersionOf(annotated(object, writer), live),
          contentType: APPLY_PATCH,
          writes: name,
        }
      : {
          method: 'PATCH',
          path: `${path}${query}`,
          body: patchOf(object, live, writer),
          contentType: MERGE_PATCH,
          writes: name,
        }
    const answer = await target.connection.ask(ask, signal)
    if (isApplied && answer.status === UNSUPPORTED_MEDIA_TYPE) {
      isApplied = false
      continue
    }
    if (isGone(answer, isApplied)) break
    if (isWritten(answer, ask, 200)) return
    if (answer.status !== 409 || conflictingManagers(answer).length > 0) {
      throw refusal(target, answer, ask, 'patch')
    }
    const body = await findJson(target.connection, path, `read ${name}`, signal)
    if (!body) break
    live = objectOf(target.connection.server, body)
    refuseOlderFence(live, writer)
    const isSame = live.metadata.uid === compared.metadata.uid
    if (!isSame || fieldChanges(compared, live, target.fingerprintKey).length > 0) break
  }
  throw new Failure('cluster.changed', { object: name })
}

/** An apply may create what is gone, whatever version it was sent with; a patch does not find it. */
function isGone({ status }: Answer, isApplied: boolean): boolean {
  return status === 201 || (status === 404 && !isApplied)
}

/**
 * A patch from the live object to the applied one, refused with 409 when the resource version is not the live one. Which fields
 * are Reagent's is written along, since a server without server-side apply keeps no account of it.
 */
function patchOf(object: KubernetesObject, live: KubernetesObject, writer: Writer): JsonRecord {
  const { after, applied } = applyLocally(live, object)
  const patch = mergePatchBetween(live, withAppliedFields(annotated(after, writer), applied))
  const { resourceVersion } = live.metadata
  const metadata = { ...recordAt(patch, 'metadata'), ...(resourceVersion && { resourceVersion }) }
  return { ...patch, metadata }
}

/**
 * Server-side apply is refused with 409 when the resource version is not the live one. For an object that was deleted
 * meanwhile the server would create it again, unless the uid is sent too (seen on 1.20).
 */
function onVersionOf(object: KubernetesObject, live: KubernetesObject): KubernetesObject {
  const { uid, resourceVersion } = live.metadata
  return {
    ...object,
    metadata: {
      ...object.metadata,
      ...(uid && { uid }),
      ...(resourceVersion && { resourceVersion }),
    },
  }
}

function refuseOlderFence(live: KubernetesObject, writer: Writer): void {
  const seen = fenceOn(live)
  if (seen > writer.fence) {
    throw new Failure('lease.lost', { seen: String(seen), own: String(writer.fence) })
  }
}

function refusal({ connection }: Target, answer: Answer, ask: Ask, verb: string): Failure {
  const object = ask.writes ?? ''
  return failureFrom(connection.server, answer, { action: `${verb} ${object}`, object }, ask)
}
