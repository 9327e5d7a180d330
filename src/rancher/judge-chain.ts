import { X509Certificate } from 'node:crypto'
import type { ChainJudgement, ServedCertificate } from './contract.ts'

const CERTIFICATE = /-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g
/** What authorities call the certificates that they sign others with. */
const BETWEEN = /intermediate|issuing|\bsub(ordinate)?[- ]?ca\b|\bCN=[RE]\d{1,2}\b|\bserver ca\b/i

/**
 * How served certificates stand to an authority, by names and signatures; dates and host names are left aside. Null without any
 * certificate. Pure.
 *
 * @param chain as served, the server's own first
 * @param caPem the authorities
 * @param knownPem certificates known besides: the missing one may be among them
 */
export function judgeChain(
  chain: readonly Pick<ServedCertificate, 'pem'>[],
  caPem: string,
  knownPem: string,
): ChainJudgement | null {
  const served = chain.flatMap(({ pem }) => certificatesIn(pem))
  const authorities = certificatesIn(caPem)
  const last = topOf(served)
  if (!last) return null
  if (leadsTo(served, authorities)) return 'verifies'
  if (leadsTo([...served, ...certificatesIn(knownPem)], authorities)) return 'incomplete'
  // A chain that ends in itself lacks nothing; one whose issuer bears the authority's name was signed by another key of that name.
  const isWhole = last.issuer === last.subject
  const isNamesake = authorities.some(({ subject }) => subject === last.issuer)
  if (isWhole || isNamesake || authorities.length === 0) return 'of-another-authority'
  return BETWEEN.test(last.issuer) ? 'incomplete' : 'perhaps-incomplete'
}

/** The certificates in a PEM text; what cannot be read is left out. */
export function certificatesIn(pem: string): readonly X509Certificate[] {
  return (pem.match(CERTIFICATE) ?? []).flatMap((block) => {
    try {
      return [new X509Certificate(block)]
    } catch {
      return []
    }
  })
}

/** Whether the first certificate is one of the authorities or was signed by one, directly or by way of the others. */
export function leadsTo(
  [leaf, ...between]: readonly X509Certificate[],
  authorities: readonly X509Certificate[],
): boolean {
  let at = leaf
  for (let steps = 0; at && steps <= between.length; steps += 1) {
    const current = at
    if (authorities.some((it) => isSame(it, current) || signed(it, current))) return true
    at = between.find((it) => !isSame(it, current) && signed(it, current))
  }
  return false
}

function topOf([leaf, ...between]: readonly X509Certificate[]): X509Certificate | undefined {
  let at = leaf
  for (let steps = 0; at && steps < between.length; steps += 1) {
    const current = at
    const issuer = between.find((it) => !isSame(it, current) && it.subject === current.issuer)
    if (!issuer) break
    at = issuer
  }
  return at
}

function signed(issuer: X509Certificate, certificate: X509Certificate): boolean {
  return issuer.subject === certificate.issuer && certificate.verify(issuer.publicKey)
}

function isSame(one: X509Certificate, other: X509Certificate): boolean {
  return one.fingerprint256 === other.fingerprint256
}
