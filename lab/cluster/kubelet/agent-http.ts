import type { X509Certificate } from 'node:crypto'
import { once } from 'node:events'
import { type RequestOptions, request } from 'node:https'
import type { Duplex } from 'node:stream'
import type { TLSSocket } from 'node:tls'
import type { Quirks } from '../../rancher-quirks.ts'
import { NetworkError } from './network-errors.ts'

/** What an agent could not do, in the words that its log has for it. */
export class AgentError extends Error {}

/** Somebody answered the request for a web socket with something else. */
export class RefusedTunnel extends AgentError {
  readonly status: number
  readonly reason: string
  readonly body: string

  constructor(status: number, reason: string, body: string) {
    super('websocket: bad handshake')
    this.status = status
    this.reason = reason
    this.body = body
  }
}

/** Opens connections from where the agent runs. */
export type Dial = NonNullable<RequestOptions['createConnection']>

const LARGEST_ANSWER_BYTES = 1024 * 1024
const LONGEST_CHAIN = 10
const LONGEST_TEST_MS = 10_000

/** `curl --insecure --silent --fail`: the body of a 2xx answer; `AgentError` has curl's words otherwise. */
export function curl(url: string, signal: AbortSignal, dial: Dial): Promise<string> {
  return new Promise((resolve, reject) => {
    const { hostname, port } = new URL(url)
    const sent = request(url, {
      rejectUnauthorized: false,
      createConnection: dial,
      signal,
    })
    sent.once('error', (error: NodeJS.ErrnoException) => {
      reject(new AgentError(curlWords(error, hostname, port || '443')))
    })
    sent.once('response', (response) => {
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => {
        chunks.push(chunk)
        if (Buffer.concat(chunks).length > LARGEST_ANSWER_BYTES) sent.destroy()
      })
      response.once('error', (error) => reject(new AgentError(error.message)))
      response.once('end', () => {
        const status = response.statusCode ?? 0
        if (status >= 400) reject(new AgentError(`The requested URL returned error: ${status}`))
        else resolve(Buffer.concat(chunks).toString())
      })
    })
    sent.end()
  })
}

/**
 * Opens a web socket as the agent does. `caPem` null: trust the system's authorities. Resolves with the open socket;
 * `AgentError` has the words of Go's TLS, dialler or web socket library.
 */
export function openTunnel(options: {
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly caPem: string | null
  readonly timeoutMs: number
  readonly signal: AbortSignal
  readonly now: () => Date
  readonly quirks: Quirks
  readonly dial: Dial
}): Promise<Duplex> {
  const { url, caPem, signal } = options
  const target = new URL(url.replace(/^wss:/, 'https:'))
  return new Promise((resolve, reject) => {
    const sent = request(target, {
      createConnection: options.dial,
      signal,
      ...(caPem !== null && { ca: caPem }),
      headers: {
        ...options.headers,
        Connection: 'Upgrade',
        Upgrade: 'websocket',
        'Sec-WebSocket-Version': '13',
        'Sec-WebSocket-Key': 'cmVhZ2VudC1sYWItYWdlbg==',
      },
    })
    sent.setTimeout(options.timeoutMs, () => {
      sent.destroy(new AgentError(`read tcp ${target.host}: i/o timeout`))
    })
    sent.once('upgrade', (_response, socket, head) => {
      socket.setTimeout(0)
      socket.on('error', () => socket.destroy())
      if (head.length > 0) socket.unshift(head)
      resolve(socket)
    })
    sent.once('response', (response) => {
      const { statusCode = 0, statusMessage = '' } = response
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.once('close', () => {
        // The web socket library keeps the first 1024 bytes of such a body.
        const body = Buffer.concat(chunks).subarray(0, 1024).toString()
        reject(new RefusedTunnel(statusCode, statusMessage, body))
      })
    })
    sent.once('error', (error: NodeJS.ErrnoException) => {
      goWords(error, target, options).then((words) => reject(new AgentError(words)), reject)
    })
    sent.end()
  })
}

function curlWords(error: NodeJS.ErrnoException, host: string, port: string): string {
  if (error instanceof NetworkError) return error.curl
  switch (error.code) {
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return `Could not resolve host: ${host}`
    case 'ECONNREFUSED':
      return `Failed to connect to ${host} port ${port} after 0 ms: Couldn't connect to server`
    case 'ETIMEDOUT':
      return `Failed to connect to ${host} port ${port}: Connection timed out`
    default:
      return `OpenSSL SSL_connect: SSL_ERROR_SYSCALL in connection to ${host}:${port} `
  }
}

interface Speaker {
  readonly now: () => Date
  readonly quirks: Quirks
  readonly dial: Dial
}

async function goWords(
  error: NodeJS.ErrnoException,
  target: URL,
  speaker: Speaker,
): Promise<string> {
  if (error instanceof AgentError) return error.message
  if (error instanceof NetworkError) return error.go
  const words = await ownGoWords(error, target, speaker)
  const isNamed = words.startsWith('x509:') && speaker.quirks.has('namesVerification')
  return isNamed ? `tls: failed to verify certificate: ${words}` : words
}

async function ownGoWords(
  error: NodeJS.ErrnoException,
  target: URL,
  { now, dial }: Speaker,
): Promise<string> {
  const { hostname } = target
  const port = target.port || '443'
  switch (error.code) {
    case 'CERT_HAS_EXPIRED':
    case 'CERT_NOT_YET_VALID':
      return datesInWords(target, now(), dial)
    case 'ERR_TLS_CERT_ALTNAME_INVALID':
      return namesInWords(error, hostname)
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return `dial tcp: lookup ${hostname} on 10.43.0.10:53: no such host`
    case 'ECONNREFUSED':
      return `dial tcp ${hostname}:${port}: connect: connection refused`
    case 'ECONNRESET':
      return 'EOF'
    default:
      return /CERT|SIGNATURE|ISSUER/.test(error.code ?? '')
        ? 'x509: certificate signed by unknown authority'
        : error.message
  }
}

/** Node does not say the dates of a certificate that it refuses, so they are looked up. */
async function datesInWords(target: URL, now: Date, dial: Dial): Promise<string> {
  const socket = await openWithoutTrust(target, dial)
  try {
    const certificate = socket?.getPeerX509Certificate()
    const [current, from, to] = [now, certificate?.validFrom, certificate?.validTo].map((date) =>
      new Date(date ?? 0).toISOString().replace(/\.\d+Z$/, 'Z'),
    )
    const isEarly = Date.parse(from ?? '') > now.getTime()
    const comparison = isEarly ? `is before ${from}` : `is after ${to}`
    return `x509: certificate has expired or is not yet valid: current time ${current} ${comparison}`
  } finally {
    socket?.destroy()
  }
}

function namesInWords(error: Error, host: string): string {
  const names =
    'cert' in error ? String((error.cert as { subjectaltname?: string }).subjectaltname ?? '') : ''
  const isAddress = /^[\d.]+$|:/.test(host)
  const wanted = isAddress ? 'IP Address:' : 'DNS:'
  const list = names
    .split(', ')
    .filter((name) => name.startsWith(wanted))
    .map((name) => name.slice(wanted.length))
  if (isAddress && list.length === 0) {
    return `x509: cannot validate certificate for ${host} because it doesn't contain any IP SANs`
  }
  return `x509: certificate is valid for ${list.join(', ')}, not ${host}`
}

/** Why `GET url` fails, as Go says it; `chain` is what the server presented, null where its certificate is not the reason. */
interface FailedTest {
  readonly words: string
  readonly chain: readonly X509Certificate[] | null
}

/** Opens TLS to the server, trusting `caPem` alone, null: the system's authorities. Null when that works. */
export function testConnection(
  options: Speaker & {
    readonly url: string
    readonly caPem: string | null
    readonly signal: AbortSignal
  },
): Promise<FailedTest | null> {
  const { url, caPem, signal } = options
  const target = new URL(url)
  return new Promise((resolve) => {
    const sent = request(target, {
      createConnection: options.dial,
      signal,
      ...(caPem !== null && { ca: caPem }),
    })
    sent.setTimeout(LONGEST_TEST_MS, () => {
      sent.destroy(new AgentError('context deadline exceeded'))
    })
    sent.once('response', (response) => {
      response.resume()
      sent.destroy()
      resolve(null)
    })
    sent.once('error', async (error: NodeJS.ErrnoException) => {
      const words = await goWords(error, target, options)
      const chain = words.includes('x509:') ? await presentedChain(target, options.dial) : null
      resolve({ words: `Get "${url}": ${words}`, chain })
    })
    sent.end()
  })
}

async function presentedChain(target: URL, dial: Dial): Promise<readonly X509Certificate[]> {
  const socket = await openWithoutTrust(target, dial)
  const chain: X509Certificate[] = []
  let next = socket?.getPeerX509Certificate()
  while (next && !chain.includes(next) && chain.length < LONGEST_CHAIN) {
    chain.push(next)
    next = next.issuerCertificate
  }
  socket?.destroy()
  return chain
}

/** A connection to look at the certificate; null when there is none to be had. */
async function openWithoutTrust({ hostname, port }: URL, dial: Dial): Promise<TLSSocket | null> {
  const to = { host: hostname, port: Number(port || 443), rejectUnauthorized: false }
  const socket = await new Promise<TLSSocket | null>((resolve) => {
    dial(to, (error, opened) => resolve(error ? null : (opened as TLSSocket)))
  })
  try {
    if (socket) await once(socket, 'secureConnect', { signal: AbortSignal.timeout(5_000) })
    return socket
  } catch {
    socket?.destroy()
    return null
  }
}
