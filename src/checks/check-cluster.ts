import { type Cluster, checkIdentity } from '../cluster/index.ts'
import type { Rancher } from '../rancher/index.ts'
import type { Check } from './perform.ts'

/**
 * The kubeconfig works, its API server can do what an apply needs, and it is of the cluster that Rancher means by this
 * name. Without Rancher, only the kubeconfig is tested.
 */
export function checkCluster(
  name: string,
  open: () => Promise<Cluster>,
  rancher: Rancher | null,
): Check {
  return {
    what: `Cluster ${name}`,
    async test(signal) {
      const cluster = await open()
      const identity = await cluster.identity(signal)
      // Comparing nothing asks only whether this server is known to honour a dry run.
      await cluster.preview([], signal)
      const works = `${identity.version} at ${identity.server}`
      if (!rancher) return works
      const record = await rancher.findCluster(name, signal)
      checkIdentity(identity, record)
      return record.apiServerCaPem
        ? `${works}, the same as ${record.id} in Rancher`
        : `${works}; Rancher knows it as ${record.id} and has not been in contact with it yet`
    },
  }
}
