import { once } from 'node:events'
import type { IncomingMessage } from 'node:http'
import { createServer as createHttpsServer } from 'node:https'
import { connect, createServer, type Socket } from 'node:net'
import type { KeyedCertificate } from '../../certificates/index.ts'
import type { ForcedAnswer } from '../contract.ts'
import { forwardRequest, forwardUpgrade } from './forward.ts'

/** How a front in the place of a load balancer or a proxy treats what it takes. */
export interface FrontBehaviour {
  /** Terminates TLS with this certificate (PEM, others of its chain after it); null: passes packets on unread. */
  readonly certificate: KeyedCertificate | null
  /** What a request is answered with in place of what is behind; null: it is forwarded. */
  readonly answer?: (request: {
    readonly method: string
    readonly path: string
    readonly isUpgrade: boolean
  }) => ForcedAnswer | null
  /** Drops the headers that ask for a web socket, as a proxy does that speaks only plain HTTP. Default false. */
  readonly dropsUpgrade?: boolean
  /** Takes connections and says nothing, not even a handshake. Default false. */
  readonly isSilent?: boolean
}

/** A port on 127.0.0.1 before Rancher's own: a load balancer, a proxy that intercepts, a log-in page. */
export interface Front {
  readonly port: number
  behave(behaviour: FrontBehaviour): void
  /** Closes the port and every connection. */
  goDown(): Promise<void>
  comeBack(): Promise<void>
  close(): Promise<void>
}

/** Starts one that passes everything on unread. */
export async function startFront(upstreamPort: number): Promise<Front> {
  let behaviour: FrontBehaviour = { certificate: null }
  const connections = new Set<Socket>()
  const https = createHttpsServer({})
  https.on('tlsClientError', (_error, socket) => socket.destroy())
  const answerFor = (request: IncomingMessage, isUpgrade: boolean) => {
    const { method = '', url = '/' } = request
    return behaviour.answer?.({ method, path: url, isUpgrade }) ?? null
  }
  https.on('request', (request, response) => {
    const answer = answerFor(request, false)
    if (!answer) return forwardRequest(request, response, upstreamPort)
    response.writeHead(answer.status, { 'Content-Type': answer.contentType }).end(answer.body)
  })
  https.on('upgrade', (request, socket) => {
    const { dropsUpgrade = false } = behaviour
    forwardUpgrade(request, socket, upstreamPort, answerFor(request, true), dropsUpgrade)
  })
  const server = createServer((socket) => {
    connections.add(socket)
    socket.once('close', () => connections.delete(socket))
    socket.on('error', () => socket.destroy())
    if (behaviour.isSilent) return void socket.resume()
    if (behaviour.certificate) return void https.emit('connection', socket)
    const upstream = connect(upstreamPort, '127.0.0.1')
    upstream.on('error', () => socket.destroy())
    upstream.once('close', () => socket.destroy())
    socket.once('close', () => upstream.destroy())
    socket.pipe(upstream).pipe(socket)
  })
  const cut = () => {
    for (const socket of connections) socket.destroy()
  }
  const listen = async (port: number) => {
    server.listen(port, '127.0.0.1')
    await once(server, 'listening')
  }
  const goDown = async () => {
    if (!server.listening) return
    const closed = once(server, 'close')
    server.close()
    cut()
    await closed
  }
  await listen(0)
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  return {
    port,
    behave(next) {
      behaviour = next
      const { certificate } = next
      if (certificate)
        https.setSecureContext({ key: certificate.keyPem, cert: certificate.certPem })
      cut()
    },
    goDown,
    comeBack: () => (server.listening ? Promise.resolve() : listen(port)),
    close: goDown,
  }
}
