import { createHash } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import type { AgentSession } from './contract.ts'
import { objectIn, textIn } from './recorded.ts'
import type { ServerLog } from './server-log.ts'

/** What an agent says about itself when it connects (`X-API-Tunnel-Params`, base64 JSON). */
export interface AgentParameters {
  readonly kind: 'cluster' | 'node'
  /** Address of the API server as the agent reaches it, `''` when not told. */
  readonly apiAddress: string
  /** PEM, `''` when not told. */
  readonly apiServerCaPem: string
}

export interface Tunnel {
  readonly sessions: readonly AgentSession[]
  /** Why a tunnel with this header would be refused, null when it would not. */
  refusalFor(request: IncomingMessage): string | null
  /** Answers the upgrade with 101 and keeps the socket as a session, or refuses it as Rancher does: 200 and the reason. */
  accept(request: IncomingMessage, socket: Duplex): void
  cut(clusterId: string): void
}

const WEB_SOCKET_GUID = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11'

/**
 * `/v3/connect` and `/v3/connect/register`. Sessions carry no traffic: what is read is dropped, but for the close frame.
 * Up to 2.4 Rancher writes the body of a refusal before its status, so that it arrives as 200 (`token-unknown.server.log`).
 */
export function createTunnel(options: {
  readonly log: ServerLog
  readonly now: () => Date
  readonly clusterOfToken: (token: string) => string | undefined
  readonly onOpen: (session: AgentSession, agent: AgentParameters) => void
  readonly onClose: (session: AgentSession) => void
}): Tunnel {
  const { log } = options
  const sockets = new Map<AgentSession, Duplex>()

  const refusalFor = (request: IncomingMessage) => {
    const token = tokenOf(request)
    if (token === '') return 'failed authentication'
    return options.clusterOfToken(token) === undefined ? 'cluster not found' : null
  }
  return {
    get sessions() {
      return [...sockets.keys()]
    },
    refusalFor,
    accept(request, socket) {
      const refusal = refusalFor(request)
      const token = tokenOf(request)
      const clusterId = options.clusterOfToken(token)
      if (refusal !== null || clusterId === undefined) {
        log.fromHttpServer(
          'http: superfluous response.WriteHeader call from github.com/rancher/rancher/pkg/remotedialer.DefaultErrorWriter (server.go:23)',
        )
        socket.end(rawAnswer(200, 'OK', refusal ?? ''))
        return
      }
      const agent = parametersOf(request)
      const session: AgentSession = {
        clusterId,
        kind: agent.kind,
        token,
        remoteAddress: `${request.socket.remoteAddress}:${request.socket.remotePort}`,
        openedAt: options.now().toISOString(),
      }
      sockets.set(session, socket)
      socket.once('close', () => {
        sockets.delete(session)
        log.info('error in remotedialer server [400]: websocket: close 1006 unexpected EOF')
        options.onClose(session)
      })
      socket.on('error', () => socket.destroy())
      socket.on('end', () => socket.end())
      socket.on('data', (chunk: Buffer) => {
        if (isCloseFrame(chunk)) socket.end()
      })
      socket.write(switchingProtocols(request))
      log.info(`Handling backend connection request [${clusterId}]`)
      options.onOpen(session, agent)
    },
    cut(clusterId) {
      for (const [session, socket] of sockets) {
        if (session.clusterId === clusterId) socket.destroy()
      }
    },
  }
}

/** An HTTP/1.1 answer for a socket that was to be upgraded. */
export function rawAnswer(
  status: number,
  reason: string,
  body: string,
  contentType = 'text/plain; charset=utf-8',
): string {
  const headers = `Content-Type: ${contentType}\r\nContent-Length: ${Buffer.byteLength(body)}`
  return `HTTP/1.1 ${status} ${reason}\r\n${headers}\r\nConnection: close\r\n\r\n${body}`
}

function switchingProtocols(request: IncomingMessage): string {
  const key = `${request.headers['sec-websocket-key'] ?? ''}${WEB_SOCKET_GUID}`
  const accept = createHash('sha1').update(key).digest('base64')
  return `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`
}

function isCloseFrame(chunk: Buffer): boolean {
  return ((chunk[0] ?? 0) & 0x0f) === 0x8
}

function tokenOf(request: IncomingMessage): string {
  return headerOf(request, 'x-api-tunnel-token')
}

function parametersOf(request: IncomingMessage): AgentParameters {
  const parameters = decoded(headerOf(request, 'x-api-tunnel-params'))
  const cluster = objectIn(parameters.cluster)
  return {
    kind: 'node' in parameters && !('cluster' in parameters) ? 'node' : 'cluster',
    apiAddress: textIn(cluster.address),
    apiServerCaPem: Buffer.from(textIn(cluster.caCert), 'base64').toString(),
  }
}

function decoded(base64: string) {
  try {
    return objectIn(JSON.parse(Buffer.from(base64, 'base64').toString() || '{}'))
  } catch {
    return {}
  }
}

function headerOf(request: IncomingMessage, name: string): string {
  const value = request.headers[name]
  return typeof value === 'string' ? value : ''
}
