import * as z from 'zod'
import { Failure } from '../recovery/index.ts'
import type { HttpAnswer, HttpClient, HttpRequest } from './http-client.ts'

/** A request to Rancher's JSON API, with the words for its failures. */
export interface ApiRequest extends Pick<HttpRequest, 'method' | 'path' | 'query' | 'body'> {
  /** For 403: the token may not …. */
  readonly action: string
  /** For 404: Rancher has no …. */
  readonly what: string
}

export interface RancherApi {
  /** The answer, checked against the shape. Unknown fields are dropped. */
  read<Shape extends z.ZodType>(
    request: ApiRequest,
    shape: Shape,
    signal: AbortSignal,
  ): Promise<z.output<Shape>>
  /** Every item of a collection, over all its pages. */
  list<Shape extends z.ZodType>(
    request: ApiRequest,
    shape: Shape,
    signal: AbortSignal,
  ): Promise<readonly z.output<Shape>[]>
}

const ANSWER_LIMIT_BYTES = 8 * 1024 * 1024
/** A page holds 1,000 items unless Rancher was told otherwise, so this is far beyond any installation. */
const MOST_PAGES = 100

export function createRancherApi(http: HttpClient): RancherApi {
  const { url } = http
  const read: RancherApi['read'] = async (request, shape, signal) => {
    const answer = await http.send({ ...request, limitBytes: ANSWER_LIMIT_BYTES }, signal)
    const body = bodyOf(answer, request, url)
    const checked = shape.safeParse(body)
    if (checked.success) return checked.data
    const path = checked.error.issues[0]?.path.join('.') || 'the whole'
    throw unexpectedAnswer(url, `the field ${path} of ${request.what} is not as expected`)
  }
  return {
    read,
    async list(request, shape, signal) {
      const page = z.object({
        data: z.array(shape).nullish(),
        pagination: z.object({ next: z.string().nullish() }).nullish(),
      })
      const items: z.output<typeof shape>[] = []
      let next: ApiRequest | null = request
      for (let pages = 0; next !== null; pages += 1) {
        if (pages === MOST_PAGES) throw unexpectedAnswer(url, `more than ${MOST_PAGES} pages`)
        const { data, pagination }: z.output<typeof page> = await read(next, page, signal)
        items.push(...(data ?? []))
        next = pagination?.next ? followingPage(request, pagination.next, url) : null
      }
      return items
    },
  }
}

/** A failure for an answer that Rancher would not give; `reason` completes "… is not what Rancher says: ". */
export function unexpectedAnswer(url: string, reason: string): Failure {
  return new Failure('rancher.unexpected-answer', { url, reason })
}

/**
 * The failure that a status stands for, null for 2xx. Only Rancher's own error bodies count as a word about token and
 * rights: a proxy answers 401 and 403 as well.
 */
export function failureOfStatus(
  answer: HttpAnswer,
  request: Pick<ApiRequest, 'action' | 'what'>,
  url: string,
): Failure | null {
  const own = errorBodyIn(answer.text)
  const ownStatus = own?.status ?? null
  const status = ownStatus ?? answer.status
  if (status >= 200 && status < 300) return null
  if (status >= 300 && status < 400) return unexpectedAnswer(url, `it redirects (${status})`)
  if (status < 500 && ownStatus === null) {
    return unexpectedAnswer(url, `it answers ${status} in a form that is not Rancher’s`)
  }
  switch (status) {
    case 401:
      return new Failure(
        own?.message.includes(WRONG_SCOPE) ? 'rancher.token-scoped' : 'rancher.unauthorized',
        { url },
      )
    case 403:
      return new Failure('rancher.forbidden', { action: request.action })
    case 404:
      return new Failure('rancher.not-found', { what: request.what })
    default:
      return new Failure('rancher.failing', { url, status: String(status) })
  }
}

const ERROR_BODY = z.object({
  type: z.literal('error'),
  status: z.union([z.string(), z.number()]),
  message: z.string().catch(''),
})

/** All that tells a token with a cluster scope from a wrong one (`pkg/auth/requests/authenticate.go@v2.14.4`). */
const WRONG_SCOPE = 'clusterID does not match'

/** Rancher writes the status of an error as a string (unauth.json) or as a number (cluster-404.json). */
function errorBodyIn(text: string): { readonly status: number; readonly message: string } | null {
  const body = ERROR_BODY.safeParse(parsed(text))
  if (!body.success) return null
  const status = Number(body.data.status)
  const isError = Number.isInteger(status) && status >= 400 && status < 600
  return isError ? { status, message: body.data.message } : null
}

function bodyOf(answer: HttpAnswer, request: ApiRequest, url: string): unknown {
  const failure = failureOfStatus(answer, request, url)
  if (failure) throw failure
  const body = parsed(answer.text)
  if (body !== undefined) return body
  const form = answer.contentType.includes('html') ? 'a web page' : 'no JSON'
  throw unexpectedAnswer(url, `${form} in place of ${request.what}`)
}

/** Never JSON.parse's own error: it quotes the text. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** The link's path and query, if it stays at this server: following it sends the API token. */
function followingPage(request: ApiRequest, link: string, url: string): ApiRequest {
  const { query: _, ...rest } = request
  const base = new URL(`${url}/`)
  const target = URL.parse(link)
  if (target?.origin !== base.origin || !target.pathname.startsWith(base.pathname)) {
    throw unexpectedAnswer(url, 'the link to the next page leads to another server')
  }
  return { ...rest, path: `/${target.pathname.slice(base.pathname.length)}${target.search}` }
}
