import { once } from 'node:events'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { TLSSocket } from 'node:tls'
import type { Authority } from '../certificates/index.ts'
import { accessReviewIn, reviewed } from './access-review.ts'
import type { Gate, Write, WriteRecord } from './contract.ts'
import { createGateFaults, rbacAnswer } from './gate-faults.ts'
import { openGatePort } from './gate-port.ts'
import type { Catalog } from './simulated/catalog.ts'
import { ApiError, jsonAnswer, statusAnswer } from './simulated/status.ts'
import { createSlowEtcd } from './slow-etcd.ts'
import type { ApiAnswer, ApiRequest, Upstream } from './upstream.ts'
import { writeOf } from './write-of.ts'

const ONE_YEAR_MS = 365 * 24 * 60 * 60 * 1000
const MOST_BODY_BYTES = 3 * 1024 * 1024

export interface OpenGate {
  readonly gate: Gate
  readonly server: string
  readonly writes: readonly WriteRecord[]
  close(): Promise<void>
}

/** Opens the gate in front of an API server: authenticates, records writes, plays faults, forwards the rest. */
export async function openGate(options: {
  readonly upstream: Upstream
  readonly catalog: Catalog
  readonly authority: Authority
  readonly token: string
  readonly now: () => Date
  /** Issues the certificate that is presented, where that is another authority than the one that clients are of. */
  readonly serverAuthority?: Authority
}): Promise<OpenGate> {
  const { upstream, catalog, authority, token, now } = options
  const writes: WriteRecord[] = []
  const hanging = new Set<ServerResponse>()
  const before = new Set<(write: Write) => void | Promise<void>>()
  const after = new Set<(write: WriteRecord) => void | Promise<void>>()
  const faults = createGateFaults(catalog, () => {
    for (const response of hanging) response.destroy()
    hanging.clear()
  })

  const etcd = createSlowEtcd()
  const answerTo = async (request: ApiRequest, write: Write | null): Promise<ApiAnswer> =>
    faults.forbidden(request.method, request.path) ??
    (await etcd.answer(request)) ??
    (write && faults.refused(write)) ??
    upstream.ask(request)

  const serve = async (incoming: IncomingMessage, response: ServerResponse) => {
    if (faults.isHanging) {
      response.once('close', () => hanging.delete(response))
      return void hanging.add(response)
    }
    const forced = faults.forcedAnswer()
    if (forced) return send(response, forced)
    const path = incoming.url ?? '/'
    const caller = faults.areCredentialsRefused ? 'unknown' : callerOf(incoming, token)
    if (caller === 'unknown') return send(response, unauthorized())
    if (caller === 'anonymous' && !/^\/(version|healthz|livez|readyz)\b/.test(path)) {
      return send(response, rbacAnswer(catalog, incoming.method ?? '', path, 'system:anonymous'))
    }
    const left = new AbortController()
    response.once('close', () => left.abort())
    const request: ApiRequest = {
      method: incoming.method ?? 'GET',
      path,
      headers: forwardedHeaders(incoming),
      body: await bodyOf(incoming),
      signal: left.signal,
    }
    const review = accessReviewIn(request)
    if (review) {
      const isRefused = faults.forbidden(review.method, review.path) !== null
      const refused = jsonAnswer(201, reviewed(request, false))
      return send(response, isRefused ? refused : await upstream.ask(request))
    }
    const write = writeOf(request, now().toISOString(), catalog)
    if (!write) return send(response, await answerTo(request, write))
    for (const listener of before) await listener(write)
    // A write that has come in is carried out even when its client is gone by now.
    const answer = await answerTo({ ...request, signal: new AbortController().signal }, write)
    const isDropped = faults.isAnswerDropped(write)
    const record = { ...write, status: isDropped ? 0 : answer.status }
    writes.push(record)
    for (const listener of after) await listener(record)
    if (isDropped) response.destroy()
    else await send(response, answer)
  }

  const certificate = (options.serverAuthority ?? authority).issue({
    commonName: 'kube-apiserver',
    dnsNames: ['localhost', 'kubernetes', 'kubernetes.default'],
    ipAddresses: ['127.0.0.1'],
    now: now(),
    validForMs: ONE_YEAR_MS,
  })
  const gatePort = await openGatePort(certificate, authority.certPem, (incoming, response) => {
    serve(incoming, response).catch((error: unknown) => {
      if (response.headersSent || response.destroyed) return void response.destroy()
      const message = error instanceof Error ? error.message : String(error)
      void send(response, statusAnswer(new ApiError(500, 'InternalError', message)))
    })
  })

  const subscribe = <Listener>(listeners: Set<Listener>, listener: Listener) => {
    listeners.add(listener)
    return () => void listeners.delete(listener)
  }
  return {
    server: `https://127.0.0.1:${gatePort.port}`,
    writes,
    gate: {
      goDown: gatePort.close,
      comeBack: gatePort.open,
      hang: faults.hang,
      get hanging() {
        return hanging.size
      },
      answerWith: faults.answerWith,
      slowEtcd: etcd.slowEtcd,
      refuseCredentials: faults.refuseCredentials,
      forbid: faults.forbid,
      refuseWrites: faults.refuseWrites,
      dropAnswer: faults.dropAnswer,
      onWrite: (listener) => subscribe(before, listener),
      afterWrite: (listener) => subscribe(after, listener),
    },
    close: gatePort.close,
  }
}

/** A wrong credential is not the same as none: the first gets 401, the second is `system:anonymous`. */
function callerOf(incoming: IncomingMessage, token: string): 'admin' | 'anonymous' | 'unknown' {
  const { authorization } = incoming.headers
  if (authorization) return authorization === `Bearer ${token}` ? 'admin' : 'unknown'
  const socket = incoming.socket as TLSSocket
  if (socket.authorized) return 'admin'
  return socket.getPeerX509Certificate() === undefined ? 'anonymous' : 'unknown'
}

async function send(response: ServerResponse, answer: ApiAnswer): Promise<void> {
  const { status, contentType, body } = answer
  if (response.destroyed) {
    if (!Buffer.isBuffer(body)) body.destroy()
    return
  }
  response.statusCode = status
  response.setHeader('Content-Type', contentType)
  response.setHeader('Cache-Control', 'no-cache, private')
  if (Buffer.isBuffer(body)) {
    response.setHeader('Content-Length', body.length)
    response.end(body)
    return
  }
  response.flushHeaders()
  response.once('close', () => body.destroy())
  body.once('error', () => response.destroy())
  body.pipe(response)
  await once(response, 'close')
}

function forwardedHeaders(incoming: IncomingMessage): Readonly<Record<string, string>> {
  const names = ['accept', 'content-type', 'user-agent'] as const
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = incoming.headers[name]
      return value === undefined ? [] : [[name, value]]
    }),
  )
}

async function bodyOf(incoming: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of incoming) {
    bytes += chunk.length
    if (bytes > MOST_BODY_BYTES) throw new Error('the request is too large')
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

function unauthorized(): ApiAnswer {
  return statusAnswer(new ApiError(401, 'Unauthorized', 'Unauthorized'))
}
