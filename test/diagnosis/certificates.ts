import { X509Certificate } from 'node:crypto'
import type { Authority } from '../../lab/certificates/index.ts'
import type { ServedCertificate } from '../../src/rancher/index.ts'

/** A server's certificate of this authority, as an address serves it. */
export function served(authority: Authority): ServedCertificate {
  const { certPem } = authority.issue({
    commonName: 'rancher.example.com',
    organization: 'Example',
    dnsNames: ['rancher.example.com'],
    ipAddresses: [],
    now: new Date('2026-11-01T00:00:00Z'),
    validForMs: 365 * 24 * 60 * 60 * 1000,
  })
  return servedOf(certPem)
}

export function servedOf(pem: string): ServedCertificate {
  const { subject, issuer, fingerprint256, validFromDate, validToDate } = new X509Certificate(pem)
  return {
    subject,
    issuer,
    fingerprint: fingerprint256,
    validFrom: validFromDate.toISOString(),
    validTo: validToDate.toISOString(),
    pem,
  }
}
