import { createHash, type KeyObject, X509Certificate } from 'node:crypto'

const CERTIFICATE = /-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g

/** The public key of each certificate in a PEM text. Unreadable ones are left out. */
export function publicKeysIn(pem: string): readonly KeyObject[] {
  return (pem.match(CERTIFICATE) ?? []).flatMap((block) => {
    try {
      return [new X509Certificate(block).publicKey]
    } catch {
      return []
    }
  })
}

/**
 * Which of these authorities issued what a server showed, directly or over intermediates that it showed too: names are not enough,
 * because every cluster may call its authority `kube-ca`, so each signature on the way is checked. Null: none of them.
 *
 * @param chain leaf first, as presented; whether it is valid now is the TLS handshake's to say
 */
export function issuerAmong(
  chain: readonly X509Certificate[],
  authorities: readonly KeyObject[],
): KeyObject | null {
  for (const [index, certificate] of chain.entries()) {
    const issuer = authorities.find(
      (key) => certificate.publicKey.equals(key) || isSignedWith(certificate, key),
    )
    if (issuer) return issuer
    const next = chain[index + 1]
    if (!next || !isSignedWith(certificate, next.publicKey)) return null
  }
  return null
}

function isSignedWith(certificate: X509Certificate, key: KeyObject): boolean {
  try {
    return certificate.verify(key)
  } catch {
    // A key of another kind than the signature.
    return false
  }
}

/** The first eight hex digits of the SHA-256 of a public key, to tell authorities apart in a sentence. */
export function shortNameOf(key: KeyObject): string {
  const der = key.export({ type: 'spki', format: 'der' })
  return createHash('sha256').update(der).digest('hex').slice(0, 8)
}
