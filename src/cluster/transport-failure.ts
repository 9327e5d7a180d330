import { Failure } from '../recovery/index.ts'
import { textAt } from './json.ts'

const UNREACHABLE: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing listens there (connection refused)',
  ECONNRESET: 'the connection was cut',
  EPIPE: 'the connection was cut',
  ENOTFOUND: 'the name does not resolve',
  EAI_AGAIN: 'the name server does not answer',
  EHOSTUNREACH: 'the host cannot be reached',
  ENETUNREACH: 'the network cannot be reached',
  ETIMEDOUT: 'the host does not answer',
}

const UNTRUSTED: Readonly<Record<string, string>> = {
  DEPTH_ZERO_SELF_SIGNED_CERT: 'it is signed by itself',
  SELF_SIGNED_CERT_IN_CHAIN: 'its authority is not the one in the kubeconfig',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'its authority is not the one in the kubeconfig',
  UNABLE_TO_GET_ISSUER_CERT: 'its authority is not the one in the kubeconfig',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'its authority is not the one in the kubeconfig',
  CERT_SIGNATURE_FAILURE: 'its signature is not of the authority in the kubeconfig',
  CERT_HAS_EXPIRED: 'it has expired',
  CERT_NOT_YET_VALID: 'it is not valid yet (check the clock)',
  ERR_TLS_CERT_ALTNAME_INVALID: 'it is for another host name',
}

/** The failure behind an error of a socket or of TLS. Its message is not shown: it may quote what was sent. */
export function transportFailure(server: string, error: unknown): Failure {
  if (error instanceof Failure) return error
  const code = textAt(error, 'code') ?? ''
  const untrusted = UNTRUSTED[code]
  if (untrusted) {
    return new Failure(
      'cluster.certificate-untrusted',
      { server, reason: untrusted },
      { cause: error },
    )
  }
  if (code.includes('_ALERT_')) {
    return new Failure('cluster.unauthorized', { server }, { cause: error })
  }
  if (code === 'EPROTO' || code.startsWith('ERR_SSL_') || code.startsWith('HPE_')) {
    const reason = 'it does not speak HTTPS'
    return new Failure('cluster.unexpected-answer', { server, reason }, { cause: error })
  }
  const reason = UNREACHABLE[code] ?? 'the connection failed'
  return new Failure('cluster.unreachable', { server, reason }, { cause: error })
}
