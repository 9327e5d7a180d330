import type { RancherEvidence } from '../contract.ts'
import { lookAtAddress } from '../look-at-address.ts'
import type { CustomResources } from './custom-resources.ts'

/** What only a diagnosis asks, from what Rancher keeps; addresses are looked at over the network. */
export function createLocalEvidence(
  resources: CustomResources,
  timeoutMs: number,
): RancherEvidence {
  return {
    async installation(signal) {
      const [installUuid, agentTlsMode] = await Promise.all([
        resources.setting('install-uuid', signal),
        resources.setting('agent-tls-mode', signal),
      ])
      return { installUuid, agentTlsMode }
    },
    async allRegistrations(signal) {
      return (await resources.allRegistrations(signal)).filter(({ isFilled }) => isFilled)
    },
    async nodeNames(clusterId, signal) {
      const nodes = await resources.nodes(signal)
      return nodes.filter((node) => node.clusterId === clusterId).map(({ name }) => name)
    },
    lookAt: (url, signal) => lookAtAddress({ url, timeoutMs, signal }),
  }
}
