import { loadAll } from 'js-yaml'
import type { LabCluster } from '../cluster/index.ts'
import type { LabRancher } from '../rancher/index.ts'
import { quirksOf } from '../rancher-quirks.ts'
import { askRancher } from './ask-rancher.ts'

/** API versions that the lab's clusters do not serve any more, and what an operator would write instead. */
const SERVED_INSTEAD: Readonly<Record<string, string>> = {
  'extensions/v1beta1': 'apps/v1',
  'rbac.authorization.k8s.io/v1beta1': 'rbac.authorization.k8s.io/v1',
}

/** Puts the agents of a registration on a cluster, as an operator once did with kubectl. */
export async function installAgents(
  rancher: LabRancher,
  cluster: LabCluster,
  registration: { readonly token: string; readonly clusterId: string },
): Promise<void> {
  await cluster.applyAsKubectl(await importedObjects(rancher, registration))
}

/** The objects of the manifest that people apply, in API versions that the lab's clusters serve. */
export async function importedObjects(
  rancher: LabRancher,
  { token, clusterId }: { readonly token: string; readonly clusterId: string },
): Promise<readonly unknown[]> {
  const isByCluster = quirksOf(rancher.version).has('importPathWithClusterId')
  const file = isByCluster ? `${token}_${clusterId}.yaml` : `${token}.yaml`
  const manifest = await askRancher(rancher, `/v3/import/${file}`)
  const objects = loadAll(manifest).filter((object) => object !== null)
  return objects.map(withServedVersion)
}

/** The same object in an API version that the lab's clusters serve. */
export function withServedVersion(object: unknown): unknown {
  if (typeof object !== 'object' || object === null || !('apiVersion' in object)) return object
  const apiVersion = String(object.apiVersion)
  return { ...object, apiVersion: SERVED_INSTEAD[apiVersion] ?? apiVersion }
}
