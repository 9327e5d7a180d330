import type { Authority } from '../certificates/index.ts'
import { openKubeletEndpoint } from './real/kubelet-endpoint.ts'
import { startRealServer } from './real/real-server.ts'
import { createSimulatedServer, type ReadLog } from './simulated/api-server.ts'
import type { Catalog } from './simulated/catalog.ts'
import type { Upstream } from './upstream.ts'

/** Port that simulated nodes name: nobody listens there, their logs are read in the process. */
const USUAL_KUBELET_PORT = 10_250

export interface StartedServer {
  readonly upstream: Upstream
  /** Where nodes are to say that their kubelet listens. */
  readonly kubeletPort: number
  close(): Promise<void>
}

/** Starts the API server itself, of either kind; `readLog` is what its kubelets know. */
export async function startServer(options: {
  readonly kind: 'simulated' | 'real'
  readonly assetsDirectory: string | undefined
  readonly name: string
  readonly seed: number
  readonly now: () => Date
  readonly authority: Authority
  readonly readLog: ReadLog
  readonly catalog: Catalog
}): Promise<StartedServer> {
  const { kind, assetsDirectory, authority, readLog } = options
  if (kind === 'simulated') {
    const upstream = createSimulatedServer(options)
    return { upstream, kubeletPort: USUAL_KUBELET_PORT, close: upstream.close }
  }
  if (assetsDirectory === undefined) throw new Error('a real cluster needs assetsDirectory')
  const endpoint = await openKubeletEndpoint(authority, readLog)
  try {
    const kubeletAuthorityPem = authority.certPem
    const upstream = await startRealServer({ assetsDirectory, kubeletAuthorityPem })
    return {
      upstream,
      kubeletPort: endpoint.port,
      async close() {
        await upstream.close()
        await endpoint.close()
      },
    }
  } catch (error) {
    await endpoint.close()
    throw error
  }
}
