import { isObject, isSameJson, type JsonObject, objectAt, textAt } from '../json.ts'
import type { KubeletContext } from './context.ts'

/** Writes those numbers into a workload's status if they are not there already; null: the member is left out. */
export async function reportStatus(
  { admin, namespace }: KubeletContext,
  workload: JsonObject,
  resource: 'deployments' | 'daemonsets',
  status: JsonObject,
): Promise<void> {
  const live = objectAt(workload, 'status')
  if (Object.entries(status).every(([field, value]) => isSame(live[field] ?? null, value))) return
  const name = textAt(workload, 'metadata', 'name')
  const path = `/apis/apps/v1/namespaces/${namespace}/${resource}/${name}/status`
  await admin.merge(path, { status }, 'kube-controller-manager')
}

/** Real servers give conditions members that nobody sent. */
function isSame(live: unknown, wanted: unknown): boolean {
  if (!Array.isArray(live) || !Array.isArray(wanted)) return isSameJson(live, wanted)
  return (
    live.length === wanted.length &&
    wanted.every((item, index) =>
      Object.entries(isObject(item) ? item : {}).every(([name, value]) =>
        isSameJson(objectAt(live[index])[name], value),
      ),
    )
  )
}
