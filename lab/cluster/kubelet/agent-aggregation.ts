import { quirksOf } from '../../rancher-quirks.ts'
import type { KubeletContext } from './context.ts'

const NAME = 'stv-aggregation'
const base64 = (text: string) => Buffer.from(text).toString('base64')

/** Writes the secret in which an agent of 2.6 or later keeps what it connected with (`cmd/agent/main.go`). */
export async function writeAggregation(
  { admin, namespace }: KubeletContext,
  agent: {
    readonly env: Readonly<Record<string, string>>
    readonly credentials: { readonly url: string; readonly token: string }
    readonly caPem: string | null
    readonly version: string
  },
): Promise<void> {
  const { env, credentials, caPem } = agent
  if (!quirksOf(agent.version).has('secondSession') || env.CATTLE_CLUSTER !== 'true') return
  const path = `/api/v1/namespaces/${namespace}/secrets`
  const object = {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: NAME, namespace },
    type: 'Opaque',
    data: {
      CATTLE_SERVER: base64(env.CATTLE_SERVER ?? ''),
      CATTLE_TOKEN: base64(credentials.token),
      CATTLE_CA_CHECKSUM: base64(env.CATTLE_CA_CHECKSUM ?? ''),
      url: base64(`${credentials.url.replace(/^https:/, 'wss:')}/v3/connect`),
      token: base64(`stv-cluster-${credentials.token}`),
      'ca.crt': base64(caPem ?? ''),
      CATTLE_CACERTS_VALID: base64(String(caPem !== null)),
    },
  }
  const created = await admin.api('POST', path, object)
  if (created.status === 409) await admin.merge(`${path}/${NAME}`, { data: object.data }, 'agent')
}
