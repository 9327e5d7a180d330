import { loadAll } from 'js-yaml'
import type { LabCluster } from '../cluster/index.ts'
import type { LabRancher } from '../rancher/index.ts'
import { askRancher } from './ask-rancher.ts'

/** API versions that the lab's clusters do not serve any more, and what an operator would write instead. */
const SERVED_INSTEAD: Readonly<Record<string, string>> = {
  'extensions/v1beta1': 'apps/v1',
  'rbac.authorization.k8s.io/v1beta1': 'rbac.authorization.k8s.io/v1',
}

/** Puts the agents of a registration on a cluster, as an operator once did with kubectl. */
export async function installAgents(
  rancher: Pick<LabRancher, 'url' | 'caPem'>,
  cluster: LabCluster,
  registrationToken: string,
  changed: (manifest: string) => string = (manifest) => manifest,
): Promise<void> {
  const manifest = await askRancher(rancher, `/v3/import/${registrationToken}.yaml`)
  const objects = loadAll(changed(manifest)).filter((object) => object !== null)
  await cluster.applyAsKubectl(objects.map(withServedVersion))
}

function withServedVersion(object: unknown): unknown {
  if (typeof object !== 'object' || object === null || !('apiVersion' in object)) return object
  const apiVersion = String(object.apiVersion)
  return { ...object, apiVersion: SERVED_INSTEAD[apiVersion] ?? apiVersion }
}
