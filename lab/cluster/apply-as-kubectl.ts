import type { Admin } from './admin.ts'
import { isObject, objectAt, textAt } from './json.ts'

const MANAGER = 'kubectl-client-side-apply'
const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration'

/** What `kubectl apply` of old does: it creates, or patches with a strategic merge; the object goes into an annotation. */
export async function applyAsKubectl(admin: Admin, objects: readonly unknown[]): Promise<void> {
  for (const object of objects) {
    if (!isObject(object)) throw new Error('only Kubernetes objects can be applied')
    const metadata = objectAt(object, 'metadata')
    const annotations = {
      ...objectAt(metadata, 'annotations'),
      [LAST_APPLIED]: `${JSON.stringify(object)}\n`,
    }
    const body = { ...object, metadata: { ...metadata, annotations } }
    const namespace = textAt(metadata, 'namespace')
    const ref = {
      apiVersion: textAt(object, 'apiVersion'),
      kind: textAt(object, 'kind'),
      ...(namespace && { namespace }),
      name: textAt(metadata, 'name'),
    }
    const query = `?fieldManager=${MANAGER}`
    const created = await admin.api('POST', `${admin.collectionPathOf(ref)}${query}`, body)
    const answer =
      created.status === 409
        ? await admin.api('PATCH', `${admin.objectPathOf(ref)}${query}`, body, {
            'content-type': 'application/strategic-merge-patch+json',
          })
        : created
    if (answer.status !== 200 && answer.status !== 201) {
      const why = textAt(answer.body, 'message') || answer.text
      throw new Error(`${ref.kind} ${ref.name}: ${answer.status} ${why}`)
    }
  }
}
