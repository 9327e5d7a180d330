import { createAuthority } from '../certificates/index.ts'
import { openGate } from '../cluster/gate.ts'
import { kubeconfigFor } from '../cluster/kubeconfig.ts'
import { seededCharacters } from '../cluster/seeded.ts'
import { createSimulatedServer } from '../cluster/simulated/api-server.ts'
import { catalogs } from '../cluster/simulated/releases.ts'
import type { KeptObjects, LocalCluster } from './contract.ts'
import { serveKeptObjects } from './serve-kept-objects.ts'

/** Starts the API server of the cluster that a Rancher runs on, on 127.0.0.1, with what that Rancher keeps there. */
export async function startLocalCluster(
  kept: KeptObjects,
  options: { readonly seed?: number } = {},
): Promise<LocalCluster> {
  const { seed = 1 } = options
  const now = () => new Date()
  const authority = createAuthority({ commonName: 'local-kube-ca', now: now() })
  const token = seededCharacters(seed, 'token of local', 40)
  const catalog = catalogs['1.20']
  const requests: { method: string; path: string }[] = []
  const upstream = serveKeptObjects(
    kept,
    createSimulatedServer({ name: 'local', seed, now, readLog: () => '', catalog }),
    ({ method, path }) => requests.push({ method, path }),
  )
  const { gate, server, close } = await openGate({ upstream, catalog, authority, token, now })
  const caPem = authority.certPem
  return {
    kubeconfig: kubeconfigFor({ name: 'local', server, caPem, credential: { token } }),
    server,
    gate,
    requests,
    async close() {
      await close()
      await upstream.close()
    },
  }
}
