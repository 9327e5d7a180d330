import { createHash, X509Certificate } from 'node:crypto'
import { Failure } from '../recovery/index.ts'
import type { ClusterIdentity } from './contract.ts'

/**
 * Checks that the kubeconfig is of the cluster that Rancher means: at least one certificate authority of the kubeconfig
 * must have the same public key as one in Rancher's record (`caCert`). Passes when Rancher's record has none, which is
 * so before the first contact. Fails with `cluster.wrong-cluster` naming both, also when the kubeconfig relies on the
 * system's authorities: then nothing shows that it is the right one.
 */
export function checkIdentity(
  identity: Pick<ClusterIdentity, 'server' | 'caPem'>,
  record: { readonly apiEndpoint: string | null; readonly apiServerCaPem: string | null },
): void {
  if (!record.apiServerCaPem) return
  const expected = publicKeysIn(record.apiServerCaPem)
  const found = publicKeysIn(identity.caPem ?? '')
  if (found.some((key) => expected.includes(key))) return
  throw new Failure('cluster.wrong-cluster', {
    found: named(identity.server, found, identity.caPem ? 'unreadable' : 'of the system'),
    expected: named(record.apiEndpoint ?? 'another API server', expected, 'unreadable'),
  })
}

const CERTIFICATE = /-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g

/** SHA-256 of the public key of each certificate in a PEM text, in hex. Unreadable ones are left out. */
function publicKeysIn(pem: string): readonly string[] {
  return (pem.match(CERTIFICATE) ?? []).flatMap((block) => {
    try {
      const key = new X509Certificate(block).publicKey.export({ type: 'spki', format: 'der' })
      return [createHash('sha256').update(key).digest('hex')]
    } catch {
      return []
    }
  })
}

function named(server: string, keys: readonly string[], otherwise: string): string {
  const authority = keys.length > 0 ? keys.map((key) => key.slice(0, 8)).join(', ') : otherwise
  return `${server} (authority ${authority})`
}
