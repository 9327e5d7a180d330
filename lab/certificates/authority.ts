import { generateKeyPairSync } from 'node:crypto'
import { type DistinguishedName, signCertificate } from './certificate.ts'

const TEN_YEARS_MS = 10 * 365 * 24 * 60 * 60 * 1000

/** A certificate and its private key (PKCS #8), both PEM with a final newline. */
export interface KeyedCertificate {
  readonly certPem: string
  readonly keyPem: string
}

/** What to issue. `now` is the start of the validity; give a past one for a certificate that has expired. */
interface IssueOptions extends DistinguishedName {
  readonly dnsNames: readonly string[]
  /** IPv4, or IPv6 in its plain colon form. */
  readonly ipAddresses: readonly string[]
  /** For logging in to an API server (user = common name, group = organization); default: a server's. */
  readonly client?: boolean
  readonly now: Date
  readonly validForMs: number
}

export interface Authority extends KeyedCertificate {
  issue(options: IssueOptions): KeyedCertificate
  /** An intermediate authority: its certificate is signed by this one. */
  issueAuthority(subject: DistinguishedName & { readonly now: Date }): Authority
}

/**
 * A certificate authority of its own with a fresh P-256 key, valid for ten years from `now`. What it issues verifies with
 * OpenSSL (Node, curl) and with Go's crypto/x509 (kube-apiserver, kubectl).
 */
export function createAuthority(options: DistinguishedName & { readonly now: Date }): Authority {
  return createAuthorityUnder(null, options)
}

type Signer = ReturnType<typeof createKeyPair> & { readonly subject: DistinguishedName }

/** Signed by another, or by itself where there is none. */
function createAuthorityUnder(
  issuer: Signer | null,
  options: DistinguishedName & { readonly now: Date },
): Authority {
  const { now, ...subject } = options
  const own: Signer = { ...createKeyPair(), subject }
  const signer = issuer ?? own
  const certPem = signCertificate({
    subject,
    issuer: signer.subject,
    publicKey: own.publicKey,
    issuerPublicKey: signer.publicKey,
    issuerPrivateKey: signer.privateKey,
    validFrom: now,
    validTo: new Date(now.getTime() + TEN_YEARS_MS),
    use: 'authority',
    dnsNames: [],
    ipAddresses: [],
  })
  return {
    certPem,
    keyPem: own.keyPem,
    issueAuthority: (intermediate) => createAuthorityUnder(own, intermediate),
    issue({ dnsNames, ipAddresses, client = false, now: validFrom, validForMs, ...name }) {
      const pair = createKeyPair()
      const leafPem = signCertificate({
        subject: name,
        issuer: subject,
        publicKey: pair.publicKey,
        issuerPublicKey: own.publicKey,
        issuerPrivateKey: own.privateKey,
        validFrom,
        validTo: new Date(validFrom.getTime() + validForMs),
        use: client ? 'client' : 'server',
        dnsNames,
        ipAddresses,
      })
      return { certPem: leafPem, keyPem: pair.keyPem }
    },
  }
}

function createKeyPair() {
  const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const keyPem = pair.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
  return { ...pair, keyPem }
}
