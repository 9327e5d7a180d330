import { Failure } from '../recovery/index.ts'
import { certificateProblemOf, codeOf } from './certificate-problems.ts'

const REASONS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'connection refused',
  ECONNRESET: 'the connection was cut',
  EPIPE: 'the connection was cut',
  ENOTFOUND: 'the host name does not resolve',
  EAI_AGAIN: 'name resolution does not work',
  EHOSTUNREACH: 'no route to the host',
  ENETUNREACH: 'no route to the network',
  ETIMEDOUT: 'no answer to the connection attempt',
  EPROTO: 'no TLS that fits at this address',
}

/** What stops a request from this side, and how long it had run by then. */
export interface Stops {
  readonly limit: AbortSignal
  readonly timeoutMs: number
  readonly caller: AbortSignal
  readonly ranForMs: number
}

/**
 * Turns what stopped a request before there was an answer into a `Failure`. The cause that is attached is made anew from code and
 * message of network errors: the original of an HTTP library holds the request with its credentials.
 */
export function connectionFailure(error: unknown, url: string, stops: Stops): Failure {
  if (stops.limit.aborted) {
    return new Failure('rancher.timed-out', { url, timeoutMs: String(stops.timeoutMs) })
  }
  if (stops.caller.aborted) return calledOff(url, stops.caller, stops.ranForMs)
  const code = codeOf(error)
  const cause = causeOf(error, code)
  const problem = certificateProblemOf(error)
  if (problem !== null) {
    return new Failure('rancher.certificate-untrusted', { url, reason: problem }, { cause })
  }
  const reason = code.startsWith('ERR_SSL') ? REASONS.EPROTO : REASONS[code]
  const facts = { url, reason: reason ?? (code || 'the connection failed') }
  return new Failure('rancher.unreachable', facts, { cause })
}

/** The caller's own time limit (`AbortSignal.timeout`) is a time-out too, anything else that aborts is not. */
export function calledOff(url: string, caller: AbortSignal, ranForMs: number): Failure {
  if (caller.reason instanceof DOMException && caller.reason.name === 'TimeoutError') {
    return new Failure('rancher.timed-out', { url, timeoutMs: String(Math.round(ranForMs)) })
  }
  return new Failure('rancher.unreachable', { url, reason: 'the request was called off' })
}

function causeOf(error: unknown, code: string): Error {
  const isFromNetwork = code in REASONS || certificateProblemOf(error) !== null
  const message = isFromNetwork && error instanceof Error ? `: ${error.message}` : ''
  return new Error(`${code || 'no error code'}${message}`)
}
