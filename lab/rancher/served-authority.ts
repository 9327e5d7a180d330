import { type Authority, createAuthority, type KeyedCertificate } from '../certificates/index.ts'

const ONE_YEAR_MS = 365 * 24 * 60 * 60 * 1000

/** What a certificate of the lab's Rancher says; defaults: 127.0.0.1 and localhost, valid for a year from now. */
export interface ServedCertificate {
  readonly dnsNames?: readonly string[]
  readonly ipAddresses?: readonly string[]
  readonly validFrom?: Date
  readonly validForMs?: number
}

/** The authority that Rancher makes for itself on its first start (setting-cacerts.json). */
export interface ServedAuthority {
  readonly certPem: string
  issue(certificate?: ServedCertificate): KeyedCertificate
  /** From now on another key with the same name. */
  rotate(): void
}

export function createServedAuthority(now: () => Date): ServedAuthority {
  const create = (): Authority =>
    createAuthority({ commonName: 'cattle-ca', organization: 'the-ranch', now: now() })
  let authority = create()
  return {
    get certPem() {
      return authority.certPem
    },
    issue: ({ dnsNames, ipAddresses, validFrom, validForMs } = {}) =>
      authority.issue({
        commonName: 'cattle',
        organization: 'the-ranch',
        dnsNames: dnsNames ?? ['localhost'],
        ipAddresses: ipAddresses ?? ['127.0.0.1'],
        now: validFrom ?? now(),
        validForMs: validForMs ?? ONE_YEAR_MS,
      }),
    rotate() {
      authority = create()
    },
  }
}
