import { type Authority, createAuthority, type KeyedCertificate } from '../certificates/index.ts'
import type { Quirks } from '../rancher-quirks.ts'

const ONE_YEAR_MS = 365 * 24 * 60 * 60 * 1000

/** What a certificate of the lab's Rancher says; defaults: 127.0.0.1 and localhost, valid for a year from now. */
export interface ServedCertificate {
  readonly dnsNames?: readonly string[]
  readonly ipAddresses?: readonly string[]
  readonly validFrom?: Date
  readonly validForMs?: number
}

/** The authority that Rancher makes for itself on its first start (setting-cacerts.json of each recording). */
export interface ServedAuthority {
  readonly certPem: string
  issue(certificate?: ServedCertificate): KeyedCertificate
  /** From now on another key; with the same name until 2.5. */
  rotate(): void
}

export function createServedAuthority(now: () => Date, quirks: Quirks): ServedAuthority {
  let created = 0
  const create = (): Authority => {
    const startedAt = Math.floor(now().getTime() / 1000) + created
    created += 1
    const name = quirks.has('namesAuthorityByTime')
      ? { commonName: `dynamiclistener-ca@${startedAt}`, organization: 'dynamiclistener-org' }
      : { commonName: 'cattle-ca', organization: 'the-ranch' }
    return createAuthority({ ...name, now: now() })
  }
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
