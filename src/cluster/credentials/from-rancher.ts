import { buildKubeconfig } from './build-kubeconfig.ts'
import type { Credential, RancherSide } from './contract.ts'

/** Rancher's own proxy, which works while its tunnel does, or where Rancher reaches a hosted cluster without one. */
export async function proxyCredential(
  rancher: RancherSide,
  clusterId: string,
): Promise<Credential> {
  const label = 'rancher (its proxy)'
  const server = `${rancher.url}/k8s/clusters/${encodeURIComponent(clusterId)}`
  const kubeconfig = await buildKubeconfig(label, server, rancher.caPem, { token: rancher.token() })
  return { label, kubeconfig }
}

/** Whether an address of an API server is one of Rancher's proxy, whichever Rancher's that is. */
export function isRancherProxy(server: string): boolean {
  return /\/k8s\/(clusters|proxy)\//.test(`${new URL(server).pathname}/`)
}
