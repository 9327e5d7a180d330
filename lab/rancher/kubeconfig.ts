import { type JsonObject, recordedObject, refill, textIn } from './recorded.ts'

const TEMPLATE = recordedObject('generateKubeconfig.json')

/** What the action `generateKubeconfig` gives: a kubeconfig that goes through Rancher's proxy. */
export function kubeconfigAnswer(options: {
  readonly cluster: { readonly id: string; readonly name: string }
  readonly host: string
  readonly caCerts: string
  /** 54 characters. */
  readonly token: string
}): JsonObject {
  const record = refill(TEMPLATE, [
    ['rancher.example.com', options.host],
    ['c-sxlbv', options.cluster.id],
    ['tf9nfvcfphcbl5t9qtjkw8p7f86pdqh87sc9q9twn6sdpc2pl8tzdg', options.token],
  ])
  const ca = Buffer.from(options.caCerts).toString('base64')
  const config = textIn(record.config)
    .replaceAll('"myk8s"', () => JSON.stringify(options.cluster.name))
    .replace(/certificate-authority-data: "[^"]*"/, () => `certificate-authority-data: "${ca}"`)
  return { ...record, config }
}
