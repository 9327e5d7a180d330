import { once } from 'node:events'
import { createServer, type Server } from 'node:https'
import type { Socket } from 'node:net'
import type { KeyedCertificate } from '../certificates/index.ts'
import type { ServerLog } from './server-log.ts'

/** The TLS port of the lab's Rancher. */
export interface Endpoint {
  readonly server: Server
  readonly port: number
  /** Presents this certificate from the next connection on. */
  present(certificate: KeyedCertificate): void
  open(): Promise<void>
  close(): Promise<void>
  cutConnections(): void
}

/**
 * Logs handshakes that fail as Rancher does. A Go client that refuses the certificate sends an alert; a Node client hangs up
 * instead, so a connection that ends unfinished after the client had spoken counts as refused.
 */
export async function openEndpoint(
  certificate: KeyedCertificate,
  requestedPort: number,
  log: ServerLog,
): Promise<Endpoint> {
  const server = createServer({ key: certificate.keyPem, cert: certificate.certPem })
  const connections = new Set<Socket>()
  const shakingHands = new Map<string, Socket>()
  const notTls = new Set<string>()
  server.on('connection', (socket: Socket) => {
    const peer = peerOf(socket)
    connections.add(socket)
    shakingHands.set(peer, socket)
    socket.once('close', () => {
      connections.delete(socket)
      if (shakingHands.delete(peer)) {
        const reason = reasonFor(socket.bytesRead, notTls.delete(peer))
        log.fromHttpServer(`http: TLS handshake error from ${peer}: ${reason}`)
      }
    })
  })
  server.on('secureConnection', (socket) => shakingHands.delete(peerOf(socket)))
  server.on('tlsClientError', (error: NodeJS.ErrnoException, socket) => {
    const isOtherProtocol = /HTTP_REQUEST|WRONG_VERSION|UNKNOWN_PROTOCOL/.test(error.code ?? '')
    if (isOtherProtocol && socket.remotePort !== undefined) notTls.add(peerOf(socket))
  })

  const listen = async (port: number) => {
    server.listen(port, '127.0.0.1')
    await once(server, 'listening')
  }
  const cutConnections = () => {
    shakingHands.clear()
    for (const socket of connections) socket.destroy()
  }
  await listen(requestedPort)
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : requestedPort
  return {
    server,
    port,
    present: ({ keyPem, certPem }) => server.setSecureContext({ key: keyPem, cert: certPem }),
    open: () => (server.listening ? Promise.resolve() : listen(port)),
    async close() {
      if (!server.listening) return
      const closed = once(server, 'close')
      server.close()
      cutConnections()
      await closed
    },
    cutConnections,
  }
}

function reasonFor(bytesRead: number, isOtherProtocol: boolean): string {
  if (isOtherProtocol) return 'tls: first record does not look like a TLS handshake'
  return bytesRead === 0 ? 'EOF' : 'remote error: tls: bad certificate'
}

function peerOf(socket: Socket): string {
  return `${socket.remoteAddress}:${socket.remotePort}`
}
