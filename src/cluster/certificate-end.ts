import { X509Certificate } from 'node:crypto'

/** When the client certificate of a kubeconfig ends, as an ISO time; null when there is none, or none that can be read. */
export function certificateEnd(certPem: string | null): string | null {
  if (certPem === null) return null
  try {
    return new X509Certificate(certPem).validToDate.toISOString()
  } catch {
    // The connection says what is wrong with it.
    return null
  }
}
