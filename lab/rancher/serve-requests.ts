import { type IncomingMessage, STATUS_CODES } from 'node:http'
import type { Server } from 'node:https'
import { answerApi, forbiddenAnswer } from './api.ts'
import type { ApiAnswer, ApiSources } from './api-contract.ts'
import { isTokenIn } from './authentication.ts'
import type { ClusterProxy } from './cluster-proxy.ts'
import type { SeenRequest } from './contract.ts'
import type { Faults } from './faults.ts'
import { readBody } from './read-body.ts'
import { rawAnswer, type Tunnel } from './tunnel.ts'

const TUNNEL_PATH = /^\/v3\/connect(\/register)?$/

/** Puts Rancher's API and its tunnel on the server, with the faults in front of both. */
export function serveRequests(
  server: Server,
  options: {
    readonly apiToken: string
    readonly faults: Faults
    readonly tunnel: Tunnel
    readonly proxy: ClusterProxy
    readonly sources: ApiSources
    readonly now: () => Date
    readonly onRequest: (request: SeenRequest) => void
  },
): void {
  const { faults, tunnel } = options
  const see = ({ method = '', url = '' }: IncomingMessage) =>
    options.onRequest({ method, path: url, at: options.now().toISOString() })

  const answer = async (request: IncomingMessage): Promise<ApiAnswer> => {
    const { method = '' } = request
    const url = new URL(`https://${request.headers.host ?? 'localhost'}${request.url ?? '/'}`)
    const body = await readBody(request)
    if (TUNNEL_PATH.test(url.pathname)) return answerWithoutUpgrade(tunnel.refusalFor(request))
    const isAuthenticated = isTokenIn(request, options.apiToken)
    if (isAuthenticated && faults.isForbidden(method, url.pathname)) return forbiddenAnswer()
    const contentType = request.headers['content-type'] ?? ''
    const proxied = options.proxy.answer({ method, url, body, contentType, isAuthenticated })
    if (proxied) return proxied
    return answerApi({ method, url, body, isAuthenticated }, options.sources)
  }

  server.on('request', async (request, response) => {
    see(request)
    if (faults.isHanging(request.url ?? '')) return
    try {
      const { status, contentType, body } =
        faults.forcedAnswer(request.url ?? '') ?? (await answer(request))
      response.writeHead(status, { 'Content-Type': contentType }).end(body)
    } catch {
      // The client hung up in the middle of its request, or sent a path that is none.
      response.destroy()
    }
  })
  server.on('upgrade', (request, socket) => {
    see(request)
    socket.on('error', () => socket.destroy())
    if (faults.isHanging(request.url ?? '')) return
    const forced = faults.forcedAnswer(request.url ?? '')
    if (forced) {
      socket.end(
        rawAnswer(
          forced.status,
          STATUS_CODES[forced.status] ?? '',
          forced.body,
          forced.contentType,
        ),
      )
    } else if (TUNNEL_PATH.test(request.url ?? '')) {
      tunnel.accept(request, socket)
    } else {
      socket.end(rawAnswer(404, 'Not Found', '404 page not found\n'))
    }
  })
}

function answerWithoutUpgrade(refusal: ReturnType<Tunnel['refusalFor']>): ApiAnswer {
  const contentType = 'text/plain; charset=utf-8'
  return refusal === null
    ? { status: 400, contentType, body: 'Bad Request\n' }
    : { status: refusal.status, contentType, body: refusal.reason }
}
