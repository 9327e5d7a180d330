import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { Failure } from '../recovery/index.ts'
import type { Log } from './log.ts'

export interface Page {
  readonly status: 200 | 503
  readonly contentType: string
  readonly text: string
}

/** By path, each made anew for every request. */
export type Pages = Readonly<Record<string, () => Promise<Page>>>

export interface PageServer {
  /** `HOST:PORT` as bound. */
  readonly address: string
  close(): Promise<void>
}

const REQUEST_LIMIT_MS = 5_000
const HEADER_LIMIT_BYTES = 8 * 1024
const MOST_CONNECTIONS = 64

/**
 * Serves these pages over plain HTTP, for GET and HEAD only, one request a connection. Fails with `observe.not-listening` when the address
 * cannot be bound. It is read by a prober and by Prometheus: there is nothing to log in to, and nothing secret in it.
 */
export async function servePages(
  pages: Pages,
  { host, port }: { readonly host: string; readonly port: number },
  log: Log,
): Promise<PageServer> {
  const server = createServer(
    {
      maxHeaderSize: HEADER_LIMIT_BYTES,
      headersTimeout: REQUEST_LIMIT_MS,
      requestTimeout: REQUEST_LIMIT_MS,
      connectionsCheckingInterval: REQUEST_LIMIT_MS / 5,
    },
    (request, response) => {
      answer(pages, request, response).catch((error: unknown) => {
        log.error({ error, path: request.url?.slice(0, 80) }, 'health or metrics could not be told')
        response.writeHead(500).end()
      })
    },
  )
  server.maxConnections = MOST_CONNECTIONS
  server.listen(port, host)
  try {
    await once(server, 'listening')
  } catch (error) {
    const reason = reasonOf(error)
    throw new Failure(
      'observe.not-listening',
      { address: addressText(host, port), reason },
      { cause: error },
    )
  }
  const bound = server.address()
  return {
    address: addressText(host, typeof bound === 'object' && bound ? bound.port : port),
    async close() {
      const closed = once(server, 'close')
      server.close()
      server.closeAllConnections()
      await closed
    },
  }
}

async function answer(
  pages: Pages,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const path = request.url?.split('?')[0] ?? ''
  // A body that nobody reads must not keep the connection, nor must an idle prober keep the process from stopping.
  response.setHeader('connection', 'close')
  response.setHeader('cache-control', 'no-store')
  response.setHeader('x-content-type-options', 'nosniff')
  if (!Object.hasOwn(pages, path)) return tell(response, 404, TEXT, 'not found\n')
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    response.setHeader('allow', 'GET, HEAD')
    return tell(response, 405, TEXT, 'only GET and HEAD\n')
  }
  const page = await pages[path]?.()
  if (page) tell(response, page.status, page.contentType, page.text)
}

const TEXT = 'text/plain; charset=utf-8'

function tell(response: ServerResponse, status: number, contentType: string, text: string): void {
  response.writeHead(status, {
    'content-type': contentType,
    'content-length': Buffer.byteLength(text),
  })
  response.end(text)
}

function addressText(host: string, port: number): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`
}

const REASONS: Readonly<Record<string, string>> = {
  EADDRINUSE: 'another process has this port',
  EACCES: 'this account may not use this port',
  EADDRNOTAVAIL: 'this machine has no such address',
  ENOTFOUND: 'the host name does not resolve',
}

function reasonOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  return REASONS[code] ?? (code || 'it cannot be bound')
}
