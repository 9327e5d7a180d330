import { type IncomingMessage, type ServerResponse, STATUS_CODES } from 'node:http'
import { request as requestHttps } from 'node:https'
import type { Duplex } from 'node:stream'
import type { ForcedAnswer } from '../contract.ts'
import { rawAnswer } from '../tunnel.ts'

const UPGRADE_HEADERS = new Set([
  'connection',
  'upgrade',
  'sec-websocket-key',
  'sec-websocket-version',
  'sec-websocket-protocol',
])

/** Sends a request on to the port behind and its answer back. */
export function forwardRequest(
  request: IncomingMessage,
  response: ServerResponse,
  port: number,
): void {
  const sent = requestHttps({ ...placeOf(request, port), headers: request.headers })
  sent.once('response', (answer) => {
    response.writeHead(answer.statusCode ?? 502, answer.headers)
    answer.pipe(response)
  })
  sent.once('error', () => response.destroy())
  request.pipe(sent)
}

/** The same for a request that asks for a web socket: open both ways once it is one. */
export function forwardUpgrade(
  request: IncomingMessage,
  socket: Duplex,
  port: number,
  answer: ForcedAnswer | null,
  dropsUpgrade: boolean,
): void {
  socket.on('error', () => socket.destroy())
  if (answer) {
    const { status, body, contentType } = answer
    socket.end(rawAnswer(status, reasonOf(status), body, contentType))
    return
  }
  const headers = Object.entries(request.headers).filter(
    ([name]) => !dropsUpgrade || !UPGRADE_HEADERS.has(name),
  )
  const sent = requestHttps({ ...placeOf(request, port), headers: Object.fromEntries(headers) })
  sent.once('upgrade', (upgraded, behind) => {
    const lines = Object.entries(upgraded.headers).map(([name, value]) => `${name}: ${value}\r\n`)
    socket.write(`HTTP/1.1 101 Switching Protocols\r\n${lines.join('')}\r\n`)
    behind.on('error', () => behind.destroy())
    behind.once('close', () => socket.destroy())
    socket.once('close', () => behind.destroy())
    socket.pipe(behind).pipe(socket)
  })
  sent.once('response', (refused) => {
    const chunks: Buffer[] = []
    refused.on('data', (chunk: Buffer) => chunks.push(chunk))
    refused.once('end', () => {
      const status = refused.statusCode ?? 502
      socket.end(rawAnswer(status, reasonOf(status), Buffer.concat(chunks).toString()))
    })
  })
  sent.once('error', () => socket.destroy())
  sent.end()
}

function placeOf(request: IncomingMessage, port: number) {
  return {
    host: '127.0.0.1',
    port,
    method: request.method,
    path: request.url,
    // What is behind a proxy is its own business.
    rejectUnauthorized: false,
    agent: false,
  } as const
}

function reasonOf(status: number): string {
  return STATUS_CODES[status] ?? 'Unknown'
}
