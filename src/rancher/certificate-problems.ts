/** What Node says when a certificate does not verify, in words for people. */
const PROBLEMS: Readonly<Record<string, string>> = {
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'it was issued by an authority that is not trusted',
  UNABLE_TO_GET_ISSUER_CERT: 'a certificate of its chain is missing',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'it was issued by an authority that is not trusted',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'it is signed by itself',
  SELF_SIGNED_CERT_IN_CHAIN: 'it was issued by an authority that is not trusted',
  CERT_SIGNATURE_FAILURE: 'its signature is not by the trusted authority',
  CERT_HAS_EXPIRED: 'it has expired',
  CERT_NOT_YET_VALID: 'it is not valid yet',
  CERT_UNTRUSTED: 'it was issued by an authority that is not trusted',
  CERT_REJECTED: 'its authority rejects this use',
  CERT_REVOKED: 'it was revoked',
  CERT_CHAIN_TOO_LONG: 'its chain is too long',
  HOSTNAME_MISMATCH: 'it is not for this host name',
  UNSPECIFIED: 'its key or signature is too weak or broken',
  INVALID_CA: 'a certificate of its chain is not an authority',
  INVALID_PURPOSE: 'it is not meant for servers',
  PATH_LENGTH_EXCEEDED: 'its chain is too long',
  ERR_TLS_CERT_ALTNAME_INVALID: 'it is not for this host name',
}

/** The reason why a certificate does not verify; null for errors of any other kind. */
export function certificateProblemOf(error: unknown): string | null {
  return PROBLEMS[codeOf(error)] ?? null
}

/** The `code` of an error from Node or a library, `''` when there is none. */
export function codeOf(error: unknown): string {
  if (typeof error !== 'object' || error === null || !('code' in error)) return ''
  return typeof error.code === 'string' ? error.code : ''
}
