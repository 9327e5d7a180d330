import type { Admin } from './admin.ts'
import { objectAt, objectsAt, textAt } from './json.ts'

/** Deletes a namespace with everything in it. A bare API server leaves the second half, the namespace controller's work, undone. */
export async function deleteNamespace(admin: Admin, namespace: string): Promise<void> {
  const inApps = ['deployments', 'daemonsets', 'replicasets'].map(
    (resource) => `/apis/apps/v1/namespaces/${namespace}/${resource}`,
  )
  const inCore = ['pods', 'secrets', 'configmaps', 'serviceaccounts', 'services', 'events'].map(
    (resource) => `/api/v1/namespaces/${namespace}/${resource}`,
  )
  for (const path of [...inApps, ...inCore]) {
    const { body } = await admin.api('GET', path)
    for (const item of objectsAt(body, 'items')) {
      const name = textAt(item, 'metadata', 'name')
      await admin.api('DELETE', `${path}/${name}?gracePeriodSeconds=0`)
    }
  }
  const path = `/api/v1/namespaces/${namespace}`
  await admin.must('DELETE', path, undefined, 404)
  const left = await admin.api('GET', path)
  if (textAt(left.body, 'status', 'phase') !== 'Terminating') return
  if (!Array.isArray(objectAt(left.body, 'spec').finalizers)) return
  await admin.must('PUT', `${path}/finalize`, { ...left.body, spec: { finalizers: [] } })
}
