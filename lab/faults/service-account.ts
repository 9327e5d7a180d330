import type { LabCluster } from '../cluster/index.ts'

const NAMESPACE = '/api/v1/namespaces/cattle-system'

/**
 * What the token controller of a Kubernetes before 1.24 does: a service account gets a Secret with a token and the authority of the
 * API server. A bare API server leaves it undone.
 */
export async function ensureServiceAccountSecret(cluster: LabCluster): Promise<void> {
  const name = 'cattle-token-k7x2p'
  const base64 = (text: string) => Buffer.from(text).toString('base64')
  await cluster.api('POST', '/api/v1/namespaces', {
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name: 'cattle-system' },
  })
  await cluster.api('POST', `${NAMESPACE}/secrets`, {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: {
      name,
      namespace: 'cattle-system',
      annotations: { 'kubernetes.io/service-account.name': 'cattle' },
    },
    type: 'kubernetes.io/service-account-token',
    data: {
      'ca.crt': base64(cluster.caPem),
      namespace: base64('cattle-system'),
      token: base64('lab-service-account-token'),
    },
  })
}

/** Deletes the agents' service account; its Secret goes with it. */
export async function deleteServiceAccount(cluster: LabCluster): Promise<void> {
  await cluster.api('DELETE', `${NAMESPACE}/serviceaccounts/cattle`)
  await cluster.api('DELETE', `${NAMESPACE}/secrets/cattle-token-k7x2p`)
}
