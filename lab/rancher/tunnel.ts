import { createHash } from 'node:crypto'
import { type IncomingMessage, STATUS_CODES } from 'node:http'
import type { Duplex } from 'node:stream'
import type { Quirks } from '../rancher-quirks.ts'
import type { AgentSession } from './contract.ts'
import { objectIn, textIn } from './recorded.ts'
import type { ServerLog } from './server-log.ts'

/** What an agent says about itself when it connects (`X-API-Tunnel-Params`, base64 JSON). */
export interface AgentParameters {
  readonly kind: AgentSession['kind']
  /** Address of the API server as the agent reaches it, `''` when not told. */
  readonly apiAddress: string
  /** PEM, `''` when not told. */
  readonly apiServerCaPem: string
}

interface Refusal {
  readonly status: number
  readonly reason: string
}

export interface Tunnel {
  readonly sessions: readonly AgentSession[]
  /** How a tunnel with this header would be refused, null when it would not. */
  refusalFor(request: IncomingMessage): Refusal | null
  /** Answers the upgrade with 101 and keeps the socket as a session, or refuses it as Rancher does. */
  accept(request: IncomingMessage, socket: Duplex): void
  cut(clusterId: string): void
}

/** What an agent puts before its registration token for its second session (`pkg/tunnelserver/mcmauthorizer`). */
const SECOND_SESSION = 'stv-cluster-'
const WEB_SOCKET_GUID = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11'

/**
 * `/v3/connect` and `/v3/connect/register`. Sessions carry no traffic: what is read is dropped, but for the close frame.
 * Up to 2.4 Rancher writes the body of a refusal before its status, so that it arrives as 200 (`token-unknown.server.log`).
 */
export function createTunnel(options: {
  readonly quirks: Quirks
  readonly log: ServerLog
  readonly now: () => Date
  readonly clusterOfToken: (token: string) => string | undefined
  readonly onOpen: (session: AgentSession, agent: AgentParameters) => void
  readonly onClose: (session: AgentSession) => void
}): Tunnel {
  const { log, quirks } = options
  const sockets = new Map<AgentSession, Duplex>()

  const clusterOf = (token: string) => {
    const isSecond = quirks.has('secondSession') && token.startsWith(SECOND_SESSION)
    return options.clusterOfToken(isSecond ? token.slice(SECOND_SESSION.length) : token)
  }
  const refusalFor = (request: IncomingMessage): Refusal | null => {
    const token = tokenOf(request)
    const status = (meant: number) => (quirks.has('refusalHasStatus') ? meant : 200)
    if (token === '') return { status: status(401), reason: 'failed authentication' }
    if (clusterOf(token) !== undefined) return null
    return { status: status(400), reason: 'cluster not found' }
  }
  const logRefusal = (request: IncomingMessage, { status, reason }: Refusal) => {
    if (quirks.has('logsRefusedTunnels')) {
      const from = `${request.socket.remoteAddress}:${request.socket.remotePort}`
      log.error(
        `Failed to handle tunnel request from remote address ${from}: response ${status}: ${reason}`,
      )
    } else if (!quirks.has('refusalHasStatus')) {
      log.fromHttpServer(
        'http: superfluous response.WriteHeader call from github.com/rancher/rancher/pkg/remotedialer.DefaultErrorWriter (server.go:23)',
      )
    }
  }
  const sayClosed = () => {
    if (quirks.has('logsRefusedTunnels')) {
      log.error(
        'error in remotedialer server [400]: websocket: close 1006 (abnormal closure): unexpected EOF',
      )
    } else log.info('error in remotedialer server [400]: websocket: close 1006 unexpected EOF')
  }
  const keyOf = ({ kind, clusterId }: AgentSession) =>
    kind === 'second' ? `${SECOND_SESSION}${clusterId}` : clusterId
  return {
    get sessions() {
      return [...sockets.keys()]
    },
    refusalFor,
    accept(request, socket) {
      const refusal = refusalFor(request)
      const token = tokenOf(request)
      const clusterId = clusterOf(token)
      if (refusal !== null || clusterId === undefined) {
        const { status, reason } = refusal ?? { status: 400, reason: '' }
        logRefusal(request, { status, reason })
        socket.end(rawAnswer(status, STATUS_CODES[status] ?? '', reason))
        return
      }
      const agent = parametersOf(request, token)
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
        sayClosed()
        options.onClose(session)
      })
      socket.on('error', () => socket.destroy())
      socket.on('end', () => socket.end())
      socket.on('data', (chunk: Buffer) => {
        if (isCloseFrame(chunk)) socket.end()
      })
      socket.write(switchingProtocols(request))
      log.info(`Handling backend connection request [${keyOf(session)}]`)
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

function parametersOf(request: IncomingMessage, token: string): AgentParameters {
  const parameters = decoded(headerOf(request, 'x-api-tunnel-params'))
  const cluster = objectIn(parameters.cluster)
  return {
    kind: token.startsWith(SECOND_SESSION)
      ? 'second'
      : 'node' in parameters && !('cluster' in parameters)
        ? 'node'
        : 'cluster',
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
