import { X509Certificate } from 'node:crypto'
import { TLSSocket } from 'node:tls'

const MOST_CERTIFICATES = 10

/** The certificates that a TLS server showed and those that they were verified with, leaf first; none for other sockets. */
export function presentedChain(socket: unknown): readonly X509Certificate[] {
  if (!(socket instanceof TLSSocket)) return []
  const chain: X509Certificate[] = []
  let at = socket.getPeerCertificate(true)
  // A root is its own issuer.
  while (Buffer.isBuffer(at?.raw) && chain.length < MOST_CERTIFICATES) {
    chain.push(new X509Certificate(at.raw))
    if (at.issuerCertificate === at || !at.issuerCertificate) break
    at = at.issuerCertificate
  }
  return chain
}
