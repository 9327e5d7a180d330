import * as z from 'zod'
import type { RancherOptions } from './contract.ts'
import { createHttpClient } from './http-client.ts'
import { createRancherApi } from './rancher-api.ts'

/** `type` is spelled in two ways, so it is not looked at (fixtures generateKubeconfig.json of 2.1.5 and 2.12.0). */
const OUTPUT = z.object({ config: z.string().min(1) })

/**
 * `POST /v3/clusters/<id>?action=generateKubeconfig`: the kubeconfig that the Rancher page offers for download, as YAML. Rancher makes
 * a token of the caller for it, so this writes. Holds credentials.
 */
export async function generateKubeconfig(
  options: RancherOptions,
  clusterId: string,
  signal: AbortSignal,
): Promise<string> {
  const http = createHttpClient(options)
  try {
    const request = {
      method: 'POST',
      path: `/v3/clusters/${encodeURIComponent(clusterId)}`,
      query: { action: 'generateKubeconfig' },
      body: {},
      action: 'generate a kubeconfig',
      what: `cluster ${clusterId}`,
    } as const
    return (await createRancherApi(http).read(request, OUTPUT, signal)).config
  } finally {
    http.close()
  }
}
