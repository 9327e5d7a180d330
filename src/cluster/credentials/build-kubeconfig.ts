import { dump } from 'js-yaml'
import { type Kubeconfig, kubeconfigFrom } from '../kubeconfig.ts'

/** Who logs in. The first that is there is used. */
export interface LogIn {
  readonly clientCertPem?: string
  readonly clientKeyPem?: string
  readonly token?: string
  readonly username?: string
  readonly password?: string
}

/**
 * A kubeconfig with everything in it.
 *
 * @param origin where its parts are from, for people
 * @param caPem null: the system's authorities
 */
export function buildKubeconfig(
  origin: string,
  server: string,
  caPem: string | null,
  logIn: LogIn,
): Promise<Kubeconfig> {
  const text = dump({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [
      {
        name: 'cluster',
        cluster: {
          server,
          ...(caPem !== null && { 'certificate-authority-data': base64(caPem) }),
        },
      },
    ],
    users: [{ name: 'reagent', user: userOf(logIn) }],
    contexts: [{ name: 'reagent', context: { cluster: 'cluster', user: 'reagent' } }],
    'current-context': 'reagent',
  })
  return kubeconfigFrom(text, { name: origin, folder: null })
}

function userOf({ clientCertPem, clientKeyPem, token, username, password }: LogIn) {
  if (clientCertPem && clientKeyPem) {
    return {
      'client-certificate-data': base64(clientCertPem),
      'client-key-data': base64(clientKeyPem),
    }
  }
  return token ? { token } : { username, password }
}

function base64(text: string): string {
  return Buffer.from(text).toString('base64')
}
