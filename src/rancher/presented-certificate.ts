import { X509Certificate } from 'node:crypto'
import { isIP } from 'node:net'
import { connect } from 'node:tls'
import { certificateProblemOf, codeOf } from './certificate-problems.ts'
import { connectionFailure } from './connection-failure.ts'
import type { PresentedCertificate } from './contract.ts'

/**
 * Shakes hands with the server and hangs up. Goes straight to it, never through a proxy: what counts is who answers at this address.
 *
 * @param caPem the authority to judge by, `''` for those that Node trusts
 */
export function readPresentedCertificate(options: {
  readonly url: string
  readonly caPem: string
  readonly timeoutMs: number
  readonly signal: AbortSignal
}): Promise<PresentedCertificate> {
  const { url, caPem, timeoutMs, signal: caller } = options
  const { hostname, port } = new URL(url)
  const host = hostname.replace(/^\[|\]$/g, '')
  const limit = AbortSignal.timeout(timeoutMs)
  const stop = AbortSignal.any([limit, caller])
  const startedAt = performance.now()
  return new Promise((resolve, reject) => {
    const socket = connect({
      host,
      port: Number(port || 443),
      ...(isIP(host) === 0 && { servername: host }),
      ...(caPem !== '' && { ca: caPem }),
    })
    let presented: X509Certificate | undefined
    const onStop = () => socket.destroy(new Error('stopped'))
    const settle = (verdict: PresentedCertificate['verdict'], error?: unknown) => {
      stop.removeEventListener('abort', onStop)
      socket.destroy()
      const ranForMs = performance.now() - startedAt
      if (presented && !stop.aborted) resolve(describe(presented, verdict))
      else reject(connectionFailure(error, url, { limit, timeoutMs, caller, ranForMs }))
    }
    // Node verifies in its own listener of this event and destroys the socket when the certificate does not verify: only
    // ahead of that listener can it still be read. `getPeerX509Certificate` will not do: called there, it leaves Node's own
    // check of the host name without a certificate (Node 24).
    socket.prependListener('secure', () => {
      presented = new X509Certificate(socket.getPeerCertificate().raw)
    })
    socket.once('secureConnect', () => settle({ trusted: true }))
    socket.on('error', (error) => {
      const reason = certificateProblemOf(error) ?? codeOf(error)
      settle({ trusted: false, reason }, error)
    })
    if (stop.aborted) onStop()
    else stop.addEventListener('abort', onStop, { once: true })
  })
}

function describe(
  certificate: X509Certificate,
  verdict: PresentedCertificate['verdict'],
): PresentedCertificate {
  return {
    subject: certificate.subject,
    issuer: certificate.issuer,
    fingerprint: certificate.fingerprint256,
    validFrom: certificate.validFromDate.toISOString(),
    validTo: certificate.validToDate.toISOString(),
    verdict,
  }
}
