import { type Agent, request } from 'node:https'

export interface Answer {
  readonly status: number
  readonly contentType: string
  readonly body: string
  json<Shape>(): Shape
}

/** One HTTPS request, verified against `caPem`, without anything of the product in between. */
export function ask(
  url: string,
  options: {
    readonly caPem: string
    readonly authorization?: string
    readonly method?: string
    readonly body?: unknown
    readonly host?: string
    readonly agent?: Agent
  },
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const asked = request(url, {
      ca: options.caPem,
      method: options.method ?? 'GET',
      agent: options.agent ?? false,
      headers: {
        ...(options.authorization && { Authorization: options.authorization }),
        ...(options.host && { Host: options.host }),
      },
    })
    asked.on('error', reject)
    asked.on('response', async (response) => {
      let body = ''
      for await (const chunk of response) body += String(chunk)
      resolve({
        status: response.statusCode ?? 0,
        contentType: response.headers['content-type'] ?? '',
        body,
        json: () => JSON.parse(body),
      })
    })
    asked.end(options.body === undefined ? undefined : JSON.stringify(options.body))
  })
}
