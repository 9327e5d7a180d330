import { createHash, X509Certificate } from 'node:crypto'

const CERTIFICATE = /-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g

/**
 * Whether two PEM texts have a certificate with the same public key, so that what one signs the other verifies. Null when one of
 * them has none that can be read.
 */
export function haveCommonKey(one: string, other: string): boolean | null {
  const [ours, theirs] = [keysIn(one), keysIn(other)]
  if (ours.length === 0 || theirs.length === 0) return null
  return ours.some((key) => theirs.includes(key))
}

function keysIn(pem: string): readonly string[] {
  return (pem.match(CERTIFICATE) ?? []).flatMap((block) => {
    try {
      const key = new X509Certificate(block).publicKey.export({ type: 'spki', format: 'der' })
      return [createHash('sha256').update(key).digest('hex')]
    } catch {
      return []
    }
  })
}
