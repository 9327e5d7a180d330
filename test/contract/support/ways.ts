import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  dockerCommand,
  type KeptObjects,
  type LocalCluster,
  sshCommand,
  startLocalCluster,
} from '../../../lab/local-cluster/index.ts'
import {
  createCommandApi,
  createKubeconfigApi,
  createLocalRancher,
  type Rancher,
} from '../../../src/rancher/index.ts'

/** The ways to Rancher that do without its API. */
export const otherWays = ['kubeconfig', 'container'] as const
type OtherWay = (typeof otherWays)[number] | 'container over ssh'

/** The cluster that a Rancher runs on, and the product's ways to it. */
export interface Ways {
  readonly local: LocalCluster
  readonly kubeconfigPath: string
  connect(
    way: OtherWay,
    network: {
      readonly url: string
      readonly caPem: string | null
      readonly timeoutMs?: number
      readonly container?: string
    },
  ): Rancher
  end(): Promise<void>
}

export async function openWays(kept: KeptObjects): Promise<Ways> {
  const local = await startLocalCluster(kept)
  const folder = await mkdtemp(join(tmpdir(), 'reagent-ways-'))
  const kubeconfigPath = join(folder, 'local.yaml')
  await writeFile(kubeconfigPath, local.kubeconfig, { mode: 0o600 })
  const opened: Rancher[] = []

  function apiOf(way: OtherWay, timeoutMs: number, container?: string) {
    switch (way) {
      case 'kubeconfig':
        return createKubeconfigApi(kubeconfigPath, timeoutMs)
      case 'container':
        return createCommandApi({ ...dockerCommand(kubeconfigPath, container), timeoutMs })
      case 'container over ssh':
        return createCommandApi({ ...sshCommand(kubeconfigPath), timeoutMs })
    }
  }

  return {
    local,
    kubeconfigPath,
    connect(way, { url, caPem, timeoutMs = 10_000, container }) {
      const rancher = createLocalRancher(apiOf(way, timeoutMs, container), {
        url,
        caPem,
        timeoutMs,
      })
      opened.push(rancher)
      return rancher
    },
    async end() {
      for (const rancher of opened) rancher.close()
      await local.close()
      await rm(folder, { recursive: true, force: true })
    },
  }
}
