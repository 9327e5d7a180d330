import { Failure } from '../../recovery/index.ts'
import { findJson } from '../answer.ts'
import { createConnection } from '../connection.ts'
import { textAt } from '../json.ts'
import type { RancherSide } from './contract.ts'
import { proxyCredential } from './from-rancher.ts'

/** Uid of kube-system as Rancher's proxy tells it; null while Rancher does not get through to the cluster. */
export async function uidThroughRancher(
  rancher: RancherSide,
  clusterId: string,
  timeoutMs: number,
  signal: AbortSignal,
): Promise<string | null> {
  const { label, kubeconfig } = await proxyCredential(rancher, clusterId)
  const connection = createConnection(kubeconfig, label, timeoutMs)
  try {
    const path = '/api/v1/namespaces/kube-system'
    return textAt(await findJson(connection, path, 'ask Rancher', signal), 'metadata', 'uid')
  } catch (error) {
    if (error instanceof Failure) return null
    throw error
  } finally {
    connection.close()
  }
}
