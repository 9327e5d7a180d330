import {
  type LabRancher,
  type LabRancherOptions,
  startRancher,
} from '../../../lab/rancher/index.ts'
import { type Cluster, openCluster } from '../../../src/cluster/index.ts'
import { Secret } from '../../../src/observe/index.ts'
import { buildPlan } from '../../../src/planning/index.ts'
import { createRancher, type Rancher, type RancherCluster } from '../../../src/rancher/index.ts'
import type { ApiServer } from '../../cluster/api-server.ts'

const signal = new AbortController().signal

/** A Rancher of some version that has lost a cluster, and the product's clients of both. */
export interface PlanningWorld {
  readonly lab: LabRancher
  readonly rancher: Rancher
  readonly cluster: Cluster
  readonly clusterId: string
  /** `changed` is put over what Rancher says of the cluster. */
  build(changed?: Partial<RancherCluster>): ReturnType<typeof buildPlan>
  buildAndApply(changed?: Partial<RancherCluster>): ReturnType<typeof buildPlan>
  close(): Promise<void>
}

export async function openPlanningWorld(
  api: ApiServer,
  options: LabRancherOptions & {
    readonly added?: Partial<Parameters<LabRancher['addCluster']>[0]>
  } = {},
): Promise<PlanningWorld> {
  const { added, ...rancherOptions } = options
  const lab = await startRancher({ timeScale: 0.01, ...rancherOptions })
  const { id: clusterId } = lab.addCluster({
    name: 'myk8s',
    lost: true,
    apiEndpoint: api.server,
    apiServerCaPem: api.caPem,
    nodes: [],
    ...added,
  })
  const access = { url: lab.url, token: new Secret(lab.apiToken), caPem: lab.caPem }
  const rancher = createRancher({ ...access, timeoutMs: 10_000 })
  const cluster = await openCluster({
    source: { kind: 'file', path: api.kubeconfigPath },
    timeoutMs: 10_000,
    fingerprintKey: Buffer.from('key of this installation'),
  })
  const build: PlanningWorld['build'] = async (changed = {}) => {
    const rancherCluster = { ...(await rancher.cluster(clusterId, signal)), ...changed }
    return buildPlan({ rancher, cluster, rancherCluster, signal })
  }
  return {
    lab,
    rancher,
    cluster,
    clusterId,
    build,
    async buildAndApply(changed) {
      const built = await build(changed)
      for (const object of built.prepared) {
        await cluster.write(object, { run: 'r-1', fence: 1 }, signal)
      }
      return built
    },
    async close() {
      cluster.close()
      rancher.close()
      await lab.close()
    },
  }
}
