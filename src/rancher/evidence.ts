import * as z from 'zod'
import { Failure } from '../recovery/index.ts'
import { registrationAnswer, settingAnswer } from './answers.ts'
import type { RancherEvidence } from './contract.ts'
import { lookAtAddress } from './look-at-address.ts'
import type { RancherApi } from './rancher-api.ts'

const MOST_ITEMS = '1000'

/** What only a diagnosis asks; see `RancherEvidence`. */
export function createEvidence(api: RancherApi, timeoutMs: number): RancherEvidence {
  return {
    async installation(signal) {
      const [installUuid, agentTlsMode] = await Promise.all([
        readSettingIfAny(api, 'install-uuid', signal),
        readSettingIfAny(api, 'agent-tls-mode', signal),
      ])
      return { installUuid, agentTlsMode }
    },
    async allRegistrations(signal) {
      const request = {
        path: '/v3/clusterregistrationtokens',
        query: { limit: MOST_ITEMS },
        action: 'read the registration tokens of all clusters',
        what: 'registration tokens',
      }
      const { data } = await api.read(
        request,
        z.object({ data: z.array(registrationAnswer) }),
        signal,
      )
      return data.filter(({ isFilled }) => isFilled)
    },
    async nodeNames(clusterId, signal) {
      const request = {
        path: '/v3/nodes',
        query: { clusterId, limit: MOST_ITEMS },
        action: `read the nodes of cluster ${clusterId}`,
        what: `nodes of cluster ${clusterId}`,
      }
      const { data } = await api.read(request, NODES, signal)
      return data.flatMap(({ nodeName, hostname }) => nodeName ?? hostname ?? [])
    },
    lookAt: (url, signal) => lookAtAddress({ url, timeoutMs, signal }),
  }
}

/** Up to 2.2 the name in Kubernetes is `nodeName`; `hostname` is what the machine calls itself. */
const NODES = z.object({
  data: z.array(z.object({ nodeName: z.string().nullish(), hostname: z.string().nullish() })),
})

async function readSettingIfAny(api: RancherApi, name: string, signal: AbortSignal) {
  const request = {
    path: `/v3/settings/${name}`,
    action: `read the setting ${name}`,
    what: `setting ${name}`,
  }
  try {
    return await api.read(request, settingAnswer, signal)
  } catch (error) {
    if (
      error instanceof Failure &&
      ['rancher.not-found', 'rancher.forbidden'].includes(error.code)
    ) {
      return ''
    }
    throw error
  }
}
