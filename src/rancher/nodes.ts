import * as z from 'zod'
import type { RancherNode } from './contract.ts'
import type { RancherApi } from './rancher-api.ts'

const text = z
  .string()
  .nullish()
  .catch('')
  .transform((value) => value ?? '')

/**
 * One of `GET /v3/nodes` (nodes.json of 2.12.0). Which of the names is filled differs: `hostname` once Rancher knows the machine,
 * `requestedHostname` and `nodeName` as the cluster calls it.
 */
const nodeAnswer = z
  .object({
    clusterId: text,
    hostname: text,
    nodeName: text,
    requestedHostname: text,
    ipAddress: text,
    externalIpAddress: text,
  })
  .transform(
    ({ clusterId, hostname, nodeName, requestedHostname, ...addresses }): RancherNode => ({
      clusterId,
      name: hostname || nodeName || requestedHostname,
      addresses: Object.values(addresses).filter((address) => address !== ''),
    }),
  )

/** Every node of every cluster that the token may see. */
export function listNodes(api: RancherApi, signal: AbortSignal): Promise<readonly RancherNode[]> {
  const request = { path: '/v3/nodes', action: 'list nodes', what: 'list of nodes' }
  return api.list(request, nodeAnswer, signal)
}
