import { type JsonObject, refill, textIn } from './recorded.ts'
import type { Templates } from './templates.ts'

/** What the action `generateKubeconfig` gives: a kubeconfig that goes through Rancher's proxy. */
export function kubeconfigAnswer(options: {
  readonly cluster: { readonly id: string; readonly name: string }
  readonly host: string
  readonly caCerts: string
  /** 54 characters. */
  readonly token: string
  readonly templates: Templates
}): JsonObject {
  const { host, clusterId, kubeconfig } = options.templates
  const record = refill(kubeconfig.record, [
    [host, options.host],
    [clusterId, options.cluster.id],
    [kubeconfig.token, options.token],
  ])
  const ca = Buffer.from(options.caCerts).toString('base64')
  const config = textIn(record.config)
    .replaceAll('"myk8s"', () => JSON.stringify(options.cluster.name))
    .replace(/certificate-authority-data: "[^"]*"/, () => `certificate-authority-data: "${ca}"`)
  return { ...record, config }
}
