import { type IncomingMessage, type RequestOptions, request } from 'node:http'

export interface Page {
  readonly status: number
  readonly headers: IncomingMessage['headers']
  readonly text: string
}

/** What a process serves at a path. */
export function ask(url: string | null, path: string, options: RequestOptions = {}): Promise<Page> {
  return new Promise((done, fail) => {
    if (url === null) return fail(new Error('health and metrics are not served'))
    const asking = request(new URL(path, url), { agent: false, ...options }, (response) => {
      const chunks: Buffer[] = []
      response.on('error', fail)
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.on('end', () => {
        const text = Buffer.concat(chunks).toString('utf8')
        done({ status: response.statusCode ?? 0, headers: response.headers, text })
      })
    })
    asking.on('error', fail)
    asking.end()
  })
}

export interface Ready {
  readonly ready: boolean
  readonly parts: readonly {
    readonly name: string
    readonly ok: boolean
    readonly detail: string
  }[]
}

export async function askReady(url: string | null): Promise<Ready & { readonly status: number }> {
  const { status, text } = await ask(url, '/readyz')
  const said: Ready = JSON.parse(text)
  return { ...said, status }
}

/** Names of the parts that are not ready. */
export function notReady({ parts }: Ready): readonly string[] {
  return parts.filter(({ ok }) => !ok).map(({ name }) => name)
}
