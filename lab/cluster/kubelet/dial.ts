import { once } from 'node:events'
import { connect as connectTcp, isIP, type Socket } from 'node:net'
import {
  type ConnectionOptions,
  checkServerIdentity,
  connect as connectTls,
  type PeerCertificate,
  type TLSSocket,
} from 'node:tls'
import { proxyRefusalError, proxyUnknownError, proxyUnreachableError } from './network-errors.ts'

/** Where a connection goes and how the node sees what is presented there. */
export interface Route {
  readonly host: string
  readonly port: number
  /** Something between the cluster and Rancher takes the connection at this port of the machine; null: nothing does. */
  readonly interceptedAt: number | null
  /** The proxy for HTTP that the agent is told to use. */
  readonly proxy: URL | null
  readonly clock: () => Date
}

const PROXY_TIMEOUT_MS = 5_000

/** Opens TLS along a route. The certificate's dates are judged by the node's clock too. */
export async function openTls(options: ConnectionOptions, route: Route): Promise<TLSSocket> {
  const { host, port, interceptedAt, proxy } = route
  const isName = isIP(host) === 0
  const through =
    proxy !== null ? { socket: await openThroughProxy(proxy, host, interceptedAt ?? port) } : {}
  return connectTls({
    ...options,
    ...through,
    host: interceptedAt === null ? host : '127.0.0.1',
    port: interceptedAt ?? port,
    ...(isName && { servername: host }),
    checkServerIdentity: (_name, certificate) =>
      dateProblem(certificate, route.clock()) ?? checkServerIdentity(host, certificate),
  })
}

async function openThroughProxy(proxy: URL, host: string, port: number): Promise<Socket> {
  const socket = connectTcp({ host: proxy.hostname, port: Number(proxy.port || 80) })
  socket.on('error', () => socket.destroy())
  const signal = AbortSignal.timeout(PROXY_TIMEOUT_MS)
  try {
    await once(socket, 'connect', { signal })
  } catch (error) {
    socket.destroy()
    const code = error instanceof Error && 'code' in error ? error.code : ''
    throw code === 'ENOTFOUND' ? proxyUnknownError(proxy) : proxyUnreachableError(proxy)
  }
  socket.write(`CONNECT ${host}:${port} HTTP/1.1\r\nHost: ${host}:${port}\r\n\r\n`)
  const [answer] = (await once(socket, 'data', { signal })) as [Buffer]
  const [, status = '0', reason = ''] =
    /^HTTP\/1\.\d (\d+) ?([^\r\n]*)/.exec(answer.toString('latin1')) ?? []
  if (status === '200') return socket
  socket.destroy()
  throw proxyRefusalError(Number(status), reason)
}

/** What OpenSSL would say if it asked the node's clock and not the machine's. */
function dateProblem(certificate: PeerCertificate, now: Date): Error | undefined {
  if (now.getTime() < Date.parse(certificate.valid_from)) {
    return Object.assign(new Error('certificate is not yet valid'), { code: 'CERT_NOT_YET_VALID' })
  }
  if (now.getTime() > Date.parse(certificate.valid_to)) {
    return Object.assign(new Error('certificate has expired'), { code: 'CERT_HAS_EXPIRED' })
  }
  return undefined
}
