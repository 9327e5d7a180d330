import { once } from 'node:events'
import type { RequestListener } from 'node:http'
import { createServer } from 'node:https'
import type { Socket } from 'node:net'
import type { KeyedCertificate } from '../certificates/index.ts'

/** An HTTPS port on 127.0.0.1 that can be closed, with all its connections, and opened again. */
export interface GatePort {
  readonly port: number
  open(): Promise<void>
  close(): Promise<void>
}

/** Asks clients for a certificate but lets everybody in: who they are is decided at each request. */
export async function openGatePort(
  certificate: KeyedCertificate,
  clientAuthorityPem: string,
  onRequest: RequestListener,
): Promise<GatePort> {
  const server = createServer({
    key: certificate.keyPem,
    cert: certificate.certPem,
    ca: clientAuthorityPem,
    requestCert: true,
    rejectUnauthorized: false,
    keepAliveTimeout: 60_000,
  })
  const connections = new Set<Socket>()
  server.on('request', onRequest)
  server.on('connection', (socket: Socket) => {
    connections.add(socket)
    socket.once('close', () => connections.delete(socket))
  })
  const listen = async (port: number) => {
    server.listen(port, '127.0.0.1')
    await once(server, 'listening')
    const address = server.address()
    return typeof address === 'object' && address !== null ? address.port : port
  }
  const port = await listen(0)
  return {
    port,
    async open() {
      if (!server.listening) await listen(port)
    },
    async close() {
      if (!server.listening) return
      const closed = once(server, 'close')
      server.close()
      for (const socket of connections) socket.destroy()
      await closed
    },
  }
}
