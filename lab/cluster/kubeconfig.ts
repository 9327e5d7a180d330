import { dump } from 'js-yaml'
import type { KeyedCertificate } from '../certificates/index.ts'

/** A kubeconfig with everything embedded and a current context. */
export function kubeconfigFor(cluster: {
  readonly name: string
  readonly server: string
  readonly caPem: string
  readonly credential: { readonly token: string } | KeyedCertificate
}): string {
  const { name, server, caPem, credential } = cluster
  const user =
    'token' in credential
      ? { token: credential.token }
      : {
          'client-certificate-data': base64(credential.certPem),
          'client-key-data': base64(credential.keyPem),
        }
  return dump({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name, cluster: { server, 'certificate-authority-data': base64(caPem) } }],
    users: [{ name: `${name}-admin`, user }],
    contexts: [{ name, context: { cluster: name, user: `${name}-admin` } }],
    'current-context': name,
  })
}

function base64(text: string): string {
  return Buffer.from(text).toString('base64')
}
