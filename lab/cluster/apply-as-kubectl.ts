import type { Admin } from './admin.ts'
import type { LabAnswer, LabRef } from './contract.ts'
import { isObject, type JsonObject, objectAt, textAt } from './json.ts'
import { deletionsIn } from './removed-fields.ts'

const MANAGER = 'kubectl-client-side-apply'
const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration'
const STRATEGIC_MERGE = { 'content-type': 'application/strategic-merge-patch+json' }
const SERVER_SIDE_APPLY = { 'content-type': 'application/apply-patch+yaml' }

/**
 * What `kubectl apply` of old does: it creates, or patches with a strategic merge that also takes out what it applied before and
 * does not now; the object goes into an annotation.
 */
export async function applyAsKubectl(admin: Admin, objects: readonly unknown[]): Promise<void> {
  for (const object of objects) {
    const { ref, body } = withLastApplied(object)
    const query = `?fieldManager=${MANAGER}`
    const created = await admin.api('POST', `${admin.collectionPathOf(ref)}${query}`, body)
    if (created.status !== 409) {
      mustBeDone(ref, created)
      continue
    }
    const removed = await removedSince(admin, ref, body)
    const patch = merged(body, removed)
    const path = `${admin.objectPathOf(ref)}${query}`
    mustBeDone(ref, await admin.api('PATCH', path, patch, STRATEGIC_MERGE))
  }
}

/**
 * What `kubectl apply --server-side --force-conflicts` does: kubectl takes over the fields that it owned by applying on its own
 * side, and so takes out those of them that are not applied any more.
 */
export async function applyServerSideAsKubectl(
  admin: Admin,
  objects: readonly unknown[],
): Promise<void> {
  for (const object of objects) {
    const { ref, body, plain } = withLastApplied(object)
    const removed = await removedSince(admin, ref, body)
    const path = admin.objectPathOf(ref)
    const query = '?fieldManager=kubectl&force=true'
    mustBeDone(ref, await admin.api('PATCH', `${path}${query}`, plain, SERVER_SIDE_APPLY))
    if (Object.keys(removed).length === 0) continue
    mustBeDone(
      ref,
      await admin.api('PATCH', `${path}?fieldManager=${MANAGER}`, removed, STRATEGIC_MERGE),
    )
  }
}

function withLastApplied(object: unknown) {
  if (!isObject(object)) throw new Error('only Kubernetes objects can be applied')
  const metadata = objectAt(object, 'metadata')
  const annotations = {
    ...objectAt(metadata, 'annotations'),
    [LAST_APPLIED]: `${JSON.stringify(object)}\n`,
  }
  const namespace = textAt(metadata, 'namespace')
  const ref = {
    apiVersion: textAt(object, 'apiVersion'),
    kind: textAt(object, 'kind'),
    ...(namespace && { namespace }),
    name: textAt(metadata, 'name'),
  }
  return { ref, body: { ...object, metadata: { ...metadata, annotations } }, plain: object }
}

/** A strategic merge patch that takes out what the object's annotation holds and the new one does not. */
async function removedSince(admin: Admin, ref: LabRef, body: JsonObject): Promise<JsonObject> {
  const live = await admin.api('GET', admin.objectPathOf(ref))
  const last = textAt(live.body, 'metadata', 'annotations', LAST_APPLIED)
  if (live.status !== 200 || last === '') return {}
  const removed = deletionsIn(JSON.parse(last), body)
  return isObject(removed) ? removed : {}
}

/** The patch with those deletions in it: both are objects of the same form. */
function merged(patch: JsonObject, deletions: JsonObject): JsonObject {
  const result: JsonObject = { ...patch }
  for (const [name, deletion] of Object.entries(deletions)) {
    const own = patch[name]
    if (isObject(own) && isObject(deletion)) result[name] = merged(own, deletion)
    else if (Array.isArray(own) && Array.isArray(deletion)) result[name] = mergedList(own, deletion)
    else result[name] = deletion
  }
  return result
}

function mergedList(own: readonly unknown[], deletions: readonly unknown[]): readonly unknown[] {
  const rest = deletions.filter((deletion) => !own.some((item) => isSameItem(item, deletion)))
  const changed = own.map((item) => {
    const deletion = deletions.find((found) => isSameItem(item, found))
    return isObject(item) && isObject(deletion) ? merged(item, deletion) : item
  })
  return [...changed, ...rest]
}

function isSameItem(one: unknown, other: unknown): boolean {
  return isObject(one) && isObject(other) && one.name !== undefined && one.name === other.name
}

function mustBeDone(
  { kind, name }: { readonly kind: string; readonly name: string },
  answer: LabAnswer,
) {
  if (answer.status === 200 || answer.status === 201) return
  const why = textAt(answer.body, 'message') || answer.text
  throw new Error(`${kind} ${name}: ${answer.status} ${why}`)
}
