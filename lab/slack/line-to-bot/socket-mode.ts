import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { type WebSocket, WebSocketServer } from 'ws'
import type { Answer } from '../contract.ts'
import { parseObject } from '../http/body.ts'
import { type Numbering, secretFor } from '../state/identifiers.ts'
import type { Transcript } from '../state/transcript.ts'
import { ANSWER_WITHIN_MS, type Envelope } from './request.ts'

const PING_EVERY_MS = 10_000
const FRAME_BYTES_MAX = 1_000_000

/** Slack's end of Socket Mode. */
export interface SocketMode {
  /** The path for the next socket, good once. */
  ticket(): string
  connect(request: IncomingMessage, socket: Duplex, head: Buffer): void
  /** Sends to one of the sockets, or the next that connects, and waits 3 s for its acknowledgement. */
  send(envelope: Envelope): Promise<Answer>
  count(): number
  refresh(): void
  closeAll(): void
}

export interface SocketModeParts {
  readonly appId: string
  readonly numbering: Numbering
  readonly transcript: Transcript
  readonly seed: number
}

export function createSocketMode(parts: SocketModeParts): SocketMode {
  const { appId, numbering, transcript, seed } = parts
  const server = new WebSocketServer({ noServer: true, maxPayload: FRAME_BYTES_MAX })
  const sockets = new Set<WebSocket>()
  const tickets = new Set<string>()
  const waiting = new Map<string, (payload: unknown) => void>()
  const unsent = new Set<() => void>()
  let sent = 0

  const pick = () => {
    const all = [...sockets]
    sent += 1
    return all[sent % all.length]
  }

  const welcome = (socket: WebSocket) => {
    sockets.add(socket)
    const pings = setInterval(() => socket.ping(), PING_EVERY_MS)
    const leave = () => {
      clearInterval(pings)
      sockets.delete(socket)
    }
    socket.on('close', leave)
    socket.on('error', leave)
    socket.on('message', (data) => {
      const text = data.toString()
      transcript.record('socket', text)
      const { envelope_id: id, payload } = parseObject(text) ?? {}
      if (typeof id === 'string') waiting.get(id)?.(payload)
    })
    socket.send(
      JSON.stringify({
        type: 'hello',
        num_connections: sockets.size,
        connection_info: { app_id: appId },
        debug_info: { host: 'lab', approximate_connection_time: 18_060 },
      }),
    )
    for (const trySend of [...unsent]) trySend()
  }

  return {
    ticket: () => {
      const path = `/link/${secretFor(`ticket ${numbering.next('ticket')}`, seed, 24)}`
      tickets.add(path)
      return path
    },
    connect: (request, socket, head) => {
      if (!tickets.delete(request.url ?? '')) {
        socket.end('HTTP/1.1 404 Not Found\r\nconnection: close\r\n\r\n')
        return
      }
      server.handleUpgrade(request, socket, head, welcome)
    },
    send: ({ type, payload }) =>
      new Promise((resolve) => {
        const startedAt = performance.now()
        const id = secretFor(`envelope ${numbering.next('envelope')}`, seed, 32)
        const finish = (status: number | null, body: string, ackMs: number) => {
          clearTimeout(deadline)
          waiting.delete(id)
          unsent.delete(trySend)
          resolve({ status, body, ackMs })
        }
        const trySend = () => {
          const socket = pick()
          if (socket === undefined) return
          unsent.delete(trySend)
          socket.send(
            JSON.stringify({ envelope_id: id, type, payload, accepts_response_payload: true }),
          )
        }
        const deadline = setTimeout(() => finish(null, '', ANSWER_WITHIN_MS), ANSWER_WITHIN_MS)
        waiting.set(id, (ack) => {
          const body = ack === undefined ? '' : JSON.stringify(ack)
          finish(200, body, performance.now() - startedAt)
        })
        unsent.add(trySend)
        trySend()
      }),
    count: () => sockets.size,
    refresh: () => {
      for (const socket of sockets) {
        sockets.delete(socket)
        socket.send(JSON.stringify({ type: 'disconnect', reason: 'refresh_requested' }))
        socket.close()
      }
    },
    closeAll: () => {
      for (const socket of sockets) socket.terminate()
    },
  }
}
