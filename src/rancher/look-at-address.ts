import { X509Certificate } from 'node:crypto'
import { lookup } from 'node:dns/promises'
import { type RequestOptions, request } from 'node:https'
import { isIP } from 'node:net'
import { getCACertificates, type TLSSocket } from 'node:tls'
import { caChecksumOf } from './ca-checksum.ts'
import { codeOf } from './certificate-problems.ts'
import type { AddressView, ServedCertificate } from './contract.ts'
import { certificatesIn, leadsTo } from './judge-chain.ts'

const BODY_LIMIT_BYTES = 256 * 1024
const SHOWN_BODY = 200
const LONGEST_CHAIN = 8

let parsedPublicAuthorities: readonly X509Certificate[] | null = null

/** Those that Node trusts by itself, the machine's own ones included where it is told so. Parsed once: there are about 150. */
function publicAuthorities(): readonly X509Certificate[] {
  parsedPublicAuthorities ??= certificatesIn(getCACertificates('default').join('\n'))
  return parsedPublicAuthorities
}

interface Seen {
  readonly status: number
  readonly body: string
  readonly date: string | null
  readonly chain: readonly X509Certificate[]
}

/**
 * See `RancherEvidence.lookAt`. Certificates are not verified here, so that one that is wrong can be looked at; that is why nothing is
 * sent that anybody could not send, and nothing that comes back is acted upon. Goes straight to the address, never through a proxy.
 */
export async function lookAtAddress(options: {
  readonly url: string
  readonly timeoutMs: number
  readonly signal: AbortSignal
}): Promise<AddressView> {
  const { url, signal } = options
  const target = URL.parse(url)
  if (target?.protocol !== 'https:')
    return { ...UNSEEN, url, problem: 'it is not an https address' }
  const host = target.hostname.replace(/^\[|\]$/g, '')
  const stop = AbortSignal.any([signal, AbortSignal.timeout(options.timeoutMs)])
  const ask = (path: string, headers = {}) => askAnybody(target, host, path, headers, stop)
  const [ipAddresses, ping, setting, connect] = await Promise.all([
    addressesOf(host, stop),
    ask('/ping'),
    ask('/v3/settings/cacerts'),
    ask('/v3/connect', WEB_SOCKET),
  ])
  signal.throwIfAborted()
  const answers = [ping, setting, connect].filter((answer) => 'status' in answer)
  const chain = answers.find((answer) => answer.chain.length > 0)?.chain ?? []
  const [leaf] = chain
  return {
    url,
    ipAddresses,
    problem: answers.length > 0 ? null : 'problem' in ping ? ping.problem : null,
    chain: chain.map(describe),
    isPubliclyTrusted: leadsTo(chain, publicAuthorities()),
    isForThisHost: leaf ? isFor(leaf, host) : null,
    serverTime: isoTimeOf(answers.find(({ date }) => date !== null)?.date ?? null),
    ping: 'status' in ping ? { status: ping.status, isPong: ping.body.trim() === 'pong' } : null,
    caChecksum: 'status' in setting ? checksumIn(setting.body) : null,
    connect:
      'status' in connect
        ? { status: connect.status, body: connect.body.slice(0, SHOWN_BODY) }
        : null,
  }
}

const UNSEEN: Omit<AddressView, 'url' | 'problem'> = {
  ipAddresses: [],
  chain: [],
  isPubliclyTrusted: false,
  isForThisHost: null,
  serverTime: null,
  ping: null,
  caChecksum: null,
  connect: null,
}

/** Any 16 bytes will do as the key: no websocket comes about (RFC 6455 §4.1). */
const WEB_SOCKET = {
  connection: 'Upgrade',
  upgrade: 'websocket',
  'sec-websocket-version': '13',
  'sec-websocket-key': 'cmVhZ2VudC1sb29rcy4uLg==',
}

function askAnybody(
  target: URL,
  host: string,
  path: string,
  headers: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<Seen | { readonly problem: string }> {
  const options: RequestOptions = {
    host,
    port: target.port || 443,
    path: `${target.pathname.replace(/\/+$/, '')}${path}`,
    headers: { accept: 'application/json', 'user-agent': 'reagent', ...headers },
    agent: false,
    rejectUnauthorized: false,
    signal,
    ...(isIP(host) === 0 && { servername: host }),
  }
  return new Promise((resolve) => {
    let chain: readonly X509Certificate[] = []
    const sent = request(options)
    sent.on('socket', (socket) =>
      socket.once('secureConnect', () => {
        chain = chainOf(socket as TLSSocket)
      }),
    )
    sent.on('error', (error) => resolve({ problem: problemOf(error) }))
    sent.on('upgrade', (response, socket) => {
      socket.destroy()
      resolve({ status: response.statusCode ?? 0, body: '', date: null, chain })
    })
    sent.on('response', (response) => {
      const chunks: Buffer[] = []
      let bytes = 0
      const settle = () => {
        const body = Buffer.concat(chunks).toString('utf8')
        resolve({
          status: response.statusCode ?? 0,
          body,
          date: response.headers.date ?? null,
          chain,
        })
        sent.destroy()
      }
      response.on('error', settle)
      response.on('end', settle)
      response.on('data', (chunk: Buffer) => {
        bytes += chunk.length
        chunks.push(chunk)
        if (bytes > BODY_LIMIT_BYTES) settle()
      })
    })
    sent.end()
  })
}

/** As served: Node links each certificate to the next one, the last to itself. */
function chainOf(socket: TLSSocket): readonly X509Certificate[] {
  const chain: X509Certificate[] = []
  let at = socket.getPeerCertificate(true)
  while (at?.raw && chain.length < LONGEST_CHAIN) {
    const certificate = new X509Certificate(at.raw)
    if (chain.some((it) => it.fingerprint256 === certificate.fingerprint256)) break
    chain.push(certificate)
    at = at.issuerCertificate
  }
  return chain
}

async function addressesOf(host: string, signal: AbortSignal): Promise<readonly string[]> {
  if (isIP(host) !== 0) return [host]
  const stopped = new Promise<readonly string[]>((resolve) => {
    signal.addEventListener('abort', () => resolve([]), { once: true })
  })
  const found = lookup(host, { all: true }).then(
    (addresses) => addresses.map(({ address }) => address),
    () => [],
  )
  return Promise.race([found, stopped])
}

function isFor(certificate: X509Certificate, host: string): boolean {
  return (isIP(host) === 0 ? certificate.checkHost(host) : certificate.checkIP(host)) !== undefined
}

function checksumIn(body: string): string | null {
  try {
    const setting: unknown = JSON.parse(body)
    if (typeof setting !== 'object' || setting === null || !('value' in setting)) return null
    return typeof setting.value === 'string' ? caChecksumOf(setting.value) : null
  } catch {
    return null
  }
}

function problemOf(error: unknown): string {
  switch (codeOf(error)) {
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return 'its name does not resolve'
    case 'ECONNREFUSED':
      return 'connection refused'
    case 'ABORT_ERR':
      return 'no answer in time'
    default:
      return 'no connection'
  }
}

function describe(certificate: X509Certificate): ServedCertificate {
  return {
    subject: certificate.subject,
    issuer: certificate.issuer,
    fingerprint: certificate.fingerprint256,
    validFrom: certificate.validFromDate.toISOString(),
    validTo: certificate.validToDate.toISOString(),
    pem: certificate.toString(),
  }
}

function isoTimeOf(text: string | null): string | null {
  const ms = text === null ? Number.NaN : Date.parse(text)
  return Number.isNaN(ms) ? null : new Date(ms).toISOString()
}
