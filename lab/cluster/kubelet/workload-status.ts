import { canonical, type JsonObject, objectAt, textAt } from '../json.ts'
import type { KubeletContext } from './context.ts'

/** Writes those numbers into a workload's status if they are not there already; null: the member is left out. */
export async function reportStatus(
  { admin, namespace }: KubeletContext,
  workload: JsonObject,
  resource: 'deployments' | 'daemonsets',
  status: JsonObject,
): Promise<void> {
  const live = objectAt(workload, 'status')
  const isSame = Object.entries(status).every(([field, value]) => {
    const now = live[field] ?? null
    return now === value || canonical(now) === canonical(value)
  })
  if (isSame) return
  const name = textAt(workload, 'metadata', 'name')
  const path = `/apis/apps/v1/namespaces/${namespace}/${resource}/${name}/status`
  await admin.merge(path, { status }, 'kube-controller-manager')
}
