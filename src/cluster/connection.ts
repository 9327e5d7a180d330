import type { X509Certificate } from 'node:crypto'
import { Agent, type RequestOptions, request } from 'node:https'
import { createSecureContext } from 'node:tls'
import { Failure } from '../recovery/index.ts'
import type { Admission, Kubeconfig, TlsMaterial } from './kubeconfig.ts'
import { presentedChain } from './presented-chain.ts'
import { transportFailure } from './transport-failure.ts'

/** One request. `path` starts with `/` and is appended to the server's address. */
export interface Ask {
  readonly method: 'GET' | 'POST' | 'PATCH'
  readonly path: string
  readonly body?: unknown
  readonly contentType?: string
  readonly limitBytes?: number
  /** Name of the object that the answer is about to change; set only for requests that really write. */
  readonly writes?: string
}

export interface Answer {
  readonly status: number
  readonly text: string
  /** The header `Date`: what time the server says it is. */
  readonly date: string | null
}

/** Kept-alive HTTPS connections to one API server. */
export interface Connection {
  readonly server: string
  ask(ask: Ask, signal: AbortSignal): Promise<Answer>
  /** The certificates that the server showed at the last handshake, leaf first; none before the first. */
  presented(): readonly X509Certificate[]
  close(): void
}

const MOST_SOCKETS = 8
/** Shorter than load balancers wait (60 s is common), so that a reused socket is hardly ever a dead one. */
const IDLE_SOCKET_MS = 15_000
const MOST_JSON_BYTES = 8 * 1024 * 1024

/**
 * Opens connections lazily: one agent for all requests, made again only when the TLS material changes.
 * `ask` rejects with a `cluster.*` failure for everything that is not an HTTP answer; for a request that `writes` and
 * may have arrived it is `cluster.outcome-unknown`.
 */
export function createConnection(
  kubeconfig: Kubeconfig,
  path: string,
  timeoutMs: number,
): Connection {
  const { server } = kubeconfig
  const base = new URL(server)
  let current: { readonly material: string; readonly agent: Agent } | null = null
  let presented: readonly X509Certificate[] = []
  const see = (socket: unknown) => {
    const chain = presentedChain(socket)
    // A resumed session shows no certificate again.
    if (chain.length > 0) presented = chain
  }

  function agentFor(admission: Admission): Agent {
    if (admission.proxyAgent) return admission.proxyAgent
    const material = JSON.stringify(admission.tls)
    // The agent before is not destroyed: requests may be under way on it, and its idle sockets end by themselves.
    if (current?.material !== material) {
      current = { material, agent: createAgent(admission.tls, path) }
    }
    return current.agent
  }

  async function ask(asked: Ask, signal: AbortSignal): Promise<Answer> {
    const limit = AbortSignal.timeout(timeoutMs)
    const either = AbortSignal.any([signal, limit])
    const stopped = () =>
      limit.aborted && !signal.aborted
        ? new Failure('cluster.timed-out', { server, timeoutMs: String(timeoutMs) })
        : stoppedBy(signal, server)
    const admission = await orStopped(kubeconfig.admission(), either, stopped)
    const options: RequestOptions = {
      ...addressOf(base, asked.path),
      method: asked.method,
      agent: agentFor(admission),
      auth: admission.basicAuth,
      headers: { ...admission.headers, accept: 'application/json', 'user-agent': 'reagent' },
      ...(admission.tls.servername !== null && { servername: admission.tls.servername }),
    }
    const attempt = () => exchange(options, asked, either, stopped, server, see)
    if (asked.writes !== undefined) return attempt()
    return onLiveSocket(attempt, server)
  }

  return {
    server,
    ask,
    presented: () => presented,
    close: () => current?.agent.destroy(),
  }
}

/** The server closed an idle connection at the moment it was used again: nothing was answered. */
class StaleSocket extends Error {}

/** Tries again until the kept-alive connections that died meanwhile are used up. */
async function onLiveSocket(attempt: () => Promise<Answer>, server: string): Promise<Answer> {
  for (let used = 0; used < MOST_SOCKETS; used++) {
    try {
      return await attempt()
    } catch (error) {
      if (!(error instanceof StaleSocket)) throw error
    }
  }
  return attempt().catch((error: unknown) => {
    throw error instanceof StaleSocket ? transportFailure(server, error.cause) : error
  })
}

function exchange(
  options: RequestOptions,
  asked: Ask,
  signal: AbortSignal,
  stopped: () => Failure,
  server: string,
  see: (socket: unknown) => void,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const body = asked.body === undefined ? null : Buffer.from(JSON.stringify(asked.body))
    const limitBytes = asked.limitBytes ?? MOST_JSON_BYTES
    let mayHaveArrived = false
    let answered = false
    const sent = request({
      ...options,
      signal,
      headers: {
        ...options.headers,
        ...(body && {
          'content-type': asked.contentType ?? 'application/json',
          'content-length': body.length,
        }),
      },
    })
    const fail = (error: unknown) => {
      if (asked.writes !== undefined && mayHaveArrived) {
        const facts = { object: asked.writes }
        return reject(new Failure('cluster.outcome-unknown', facts, { cause: error }))
      }
      if (signal.aborted) return reject(stopped())
      if (asked.writes === undefined && sent.reusedSocket && !answered) {
        return reject(new StaleSocket('', { cause: error }))
      }
      reject(transportFailure(server, error))
    }
    sent.on('socket', (socket) => {
      if (!socket.connecting) mayHaveArrived = true
      else
        socket.once('secureConnect', () => {
          mayHaveArrived = true
        })
    })
    sent.on('error', fail)
    sent.on('response', (response) => {
      answered = true
      if (!sent.reusedSocket) see(response.socket)
      const chunks: Buffer[] = []
      let bytes = 0
      response.on('error', fail)
      response.on('data', (chunk: Buffer) => {
        bytes += chunk.length
        if (bytes <= limitBytes) return chunks.push(chunk)
        fail(tooLarge(server, limitBytes))
        sent.destroy()
      })
      response.on('end', () => {
        resolve({
          status: response.statusCode ?? 0,
          text: Buffer.concat(chunks).toString('utf8'),
          date: response.headers.date ?? null,
        })
      })
    })
    sent.end(body)
  })
}

function createAgent(tls: TlsMaterial, path: string): Agent {
  const { ca, cert, key } = tls
  try {
    const secureContext = createSecureContext({
      ...(ca !== null && { ca }),
      ...(cert !== null && { cert }),
      ...(key !== null && { key }),
    })
    return new Agent({
      keepAlive: true,
      maxSockets: MOST_SOCKETS,
      timeout: IDLE_SOCKET_MS,
      secureContext,
    })
  } catch (error) {
    const reason = 'its certificates or keys are not valid PEM, or do not belong together'
    throw new Failure('cluster.kubeconfig-unreadable', { path, reason }, { cause: error })
  }
}

function addressOf(base: URL, path: string): RequestOptions {
  return {
    host: base.hostname.replace(/^\[|\]$/g, ''),
    port: base.port || 443,
    path: `${base.pathname.replace(/\/$/, '')}${path}`,
  }
}

function tooLarge(server: string, limitBytes: number): Failure {
  const reason = `it is larger than ${limitBytes} bytes`
  return new Failure('cluster.unexpected-answer', { server, reason })
}

function stoppedBy(signal: AbortSignal, server: string): Failure {
  if (signal.reason instanceof Failure) return signal.reason
  return new Failure('cluster.unreachable', { server, reason: 'Reagent stopped waiting' })
}

function orStopped<T>(found: Promise<T>, signal: AbortSignal, stopped: () => Failure): Promise<T> {
  return new Promise((resolve, reject) => {
    const stop = () => reject(stopped())
    if (signal.aborted) return stop()
    signal.addEventListener('abort', stop, { once: true })
    found.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop))
  })
}
