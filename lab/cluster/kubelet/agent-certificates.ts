import { X509Certificate } from 'node:crypto'

type Line = readonly [level: 'info' | 'error', message: string]

const SERVER_CA = '/etc/kubernetes/ssl/certs/serverca'

/** The long form that agents print about certificates that do not fit (`system-store-unknown-authority.agent.log`). */
export function certificateDetails(options: {
  readonly url: string
  readonly presented: readonly X509Certificate[]
  readonly caPem: string | null
}): readonly Line[] {
  const { url, presented, caPem } = options
  const ca = caPem === null ? null : new X509Certificate(caPem)
  const last = presented.at(-1)
  return [
    ['info', `Certificate details from ${url}`],
    ...presented.flatMap((certificate, index) => linesOf(certificate, index, url)),
    ...(ca
      ? [['info', `Certificate details for ${SERVER_CA}`] as const, ...linesOf(ca, 0, SERVER_CA)]
      : []),
    ...(ca && last && last.issuer !== ca.issuer
      ? [
          [
            'error',
            `Issuer of last certificate found in chain (${nameOf(last.issuer)}) does not match with CA certificate Issuer (${nameOf(ca.issuer)}). Please check if the configured server certificate contains all needed intermediate certificates and make sure they are in the correct order (server certificate first, intermediates after)`,
          ] as const,
        ]
      : []),
  ]
}

function linesOf(certificate: X509Certificate, index: number, where: string): readonly Line[] {
  const { algorithm, signature } = algorithmsOf(certificate)
  const lines = [
    `Certificate #${index} (${where})`,
    `Subject: ${nameOf(certificate.subject)}`,
    `Issuer: ${nameOf(certificate.issuer)}`,
    `IsCA: ${certificate.ca}`,
    `DNS Names: ${namesOf(certificate, 'DNS:')}`,
    `IPAddresses: ${namesOf(certificate, 'IP Address:')}`,
    `NotBefore: ${timeOf(certificate.validFrom)}`,
    `NotAfter: ${timeOf(certificate.validTo)}`,
    `SignatureAlgorithm: ${signature}`,
    `PublicKeyAlgorithm: ${algorithm}`,
  ]
  return lines.map((line) => ['info', line] as const)
}

function algorithmsOf({ publicKey }: X509Certificate) {
  return publicKey.asymmetricKeyType === 'rsa'
    ? { algorithm: 'RSA', signature: 'SHA256-RSA' }
    : { algorithm: 'ECDSA', signature: 'ECDSA-SHA256' }
}

/** Go writes the most specific part first. */
function nameOf(lines: string): string {
  return lines.split('\n').reverse().join(',')
}

function namesOf({ subjectAltName = '' }: X509Certificate, kind: string): string {
  const names = subjectAltName
    .split(', ')
    .filter((name) => name.startsWith(kind))
    .map((name) => name.slice(kind.length))
  return names.length === 0 ? '<none>' : `[${names.join(' ')}]`
}

function timeOf(text: string): string {
  return `${new Date(text).toISOString().slice(0, 19).replace('T', ' ')} +0000 UTC`
}
