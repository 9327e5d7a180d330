import { Agent } from 'node:https'
import axios, { type AxiosResponse, isAxiosError } from 'axios'
import type { Secret } from '../observe/index.ts'
import { Failure } from '../recovery/index.ts'
import { connectionFailure } from './connection-failure.ts'
import type { RancherOptions } from './contract.ts'

/** One request. `path` starts with `/` and holds nothing from outside but what was checked or encoded. */
export interface HttpRequest {
  readonly method?: 'GET' | 'POST' | 'PUT'
  readonly path: string
  readonly query?: Readonly<Record<string, string>>
  readonly body?: object
  /** Anonymous where Rancher asks for no log-in, so that the API token goes no further than it must. */
  readonly anonymous?: boolean
  readonly limitBytes: number
}

export interface HttpAnswer {
  readonly status: number
  readonly contentType: string
  readonly text: string
}

export interface HttpClient {
  /** Without trailing slash. */
  readonly url: string
  /**
   * Resolves for every status. Rejects with `rancher.unreachable`, `rancher.timed-out`, `rancher.certificate-untrusted` or
   * `rancher.answer-too-large`. Follows no redirect. A read on a kept-alive connection that turns out to be closed is sent once more.
   */
  send(request: HttpRequest, signal: AbortSignal): Promise<HttpAnswer>
  close(): void
}

const BODY_LIMIT_BYTES = 64 * 1024

/** HTTPS to one Rancher over kept-alive connections; honours HTTPS_PROXY and NO_PROXY as axios does. */
export function createHttpClient(
  options: Omit<RancherOptions, 'token'> & {
    /** Null: every request is anonymous. */
    readonly token: Secret | null
  },
): HttpClient {
  const url = options.url.replace(/\/+$/, '')
  const { timeoutMs, token } = options
  const trusted = options.caPem !== null ? { ca: options.caPem } : {}
  const httpsAgent = new Agent({ keepAlive: true, ...trusted })
  const unsharedAgent = new Agent({ keepAlive: false, ...trusted })
  const client = axios.create({
    baseURL: url,
    allowAbsoluteUrls: false,
    maxRedirects: 0,
    maxBodyLength: BODY_LIMIT_BYTES,
    httpsAgent,
    responseType: 'text',
    transformResponse: [],
    validateStatus: () => true,
    headers: {
      common: { Accept: 'application/json', 'Cache-Control': 'no-cache', 'User-Agent': 'reagent' },
    },
  })
  return {
    url,
    async send({ method = 'GET', path, query, body, anonymous = false, limitBytes }, signal) {
      // axios' own timeout does not cover a connection that never comes about.
      const limit = AbortSignal.timeout(timeoutMs)
      const startedAt = performance.now()
      const request = {
        method,
        url: path,
        ...(query && { params: query }),
        ...(body && { data: body }),
        ...(!anonymous && token && { headers: { Authorization: `Bearer ${token.reveal()}` } }),
        maxContentLength: limitBytes,
        signal: AbortSignal.any([signal, limit]),
      }
      try {
        const answer: AxiosResponse<string> = await client.request(request).catch((error) => {
          if (method !== 'GET' || !isOnStaleSocket(error)) throw error
          return client.request({ ...request, httpsAgent: unsharedAgent })
        })
        const contentType = String(answer.headers['content-type'] ?? '')
        return { status: answer.status, contentType, text: String(answer.data) }
      } catch (error) {
        if (isTooLarge(error)) {
          throw new Failure('rancher.answer-too-large', { url, limitBytes: String(limitBytes) })
        }
        const ranForMs = performance.now() - startedAt
        throw connectionFailure(error, url, { limit, timeoutMs, caller: signal, ranForMs })
      }
    },
    close: () => httpsAgent.destroy(),
  }
}

/** The server, or a load balancer, closed an idle connection at the moment it was used again: nothing was answered. */
function isOnStaleSocket(error: unknown): boolean {
  if (!isAxiosError(error) || error.response) return false
  const request: unknown = error.request
  const isReused =
    typeof request === 'object' &&
    request !== null &&
    'reusedSocket' in request &&
    request.reusedSocket === true
  return isReused && (error.code === 'ECONNRESET' || error.code === 'EPIPE')
}

/** axios gives this case no code of its own. */
function isTooLarge(error: unknown): boolean {
  return error instanceof Error && error.message.startsWith('maxContentLength size')
}
