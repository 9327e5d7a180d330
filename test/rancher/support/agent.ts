import { randomBytes } from 'node:crypto'
import { request } from 'node:https'
import type { Duplex } from 'node:stream'

export interface AgentOptions {
  readonly url: string
  readonly caPem: string
  readonly token: string
  readonly path?: string
  readonly parameters?: object
}

/** What came of an agent's attempt: an open session, or Rancher's answer in place of one. */
export type Attempt =
  | {
      readonly kind: 'session'
      readonly accept: string
      close(): void
      readonly closed: Promise<void>
    }
  | { readonly kind: 'refused'; readonly status: number; readonly body: string }

/** Opens a web socket as the agent does. Rejects when TLS or the connection fails. */
export function connectAgent(options: AgentOptions): Promise<Attempt & { readonly key: string }> {
  const key = randomBytes(16).toString('base64')
  const { parameters } = options
  return new Promise((resolve, reject) => {
    const attempt = request(new URL(options.path ?? '/v3/connect', options.url), {
      ca: options.caPem,
      agent: false,
      headers: {
        Connection: 'Upgrade',
        Upgrade: 'websocket',
        'Sec-WebSocket-Version': '13',
        'Sec-WebSocket-Key': key,
        'X-API-Tunnel-Token': options.token,
        ...(parameters && {
          'X-API-Tunnel-Params': Buffer.from(JSON.stringify(parameters)).toString('base64'),
        }),
      },
    })
    attempt.on('upgrade', (response, socket: Duplex) => {
      socket.on('error', () => socket.destroy())
      socket.resume()
      const closed = new Promise<void>((done) => socket.once('close', () => done()))
      const accept = response.headers['sec-websocket-accept'] ?? ''
      resolve({ kind: 'session', key, accept, close: () => socket.destroy(), closed })
    })
    attempt.on('response', async (response) => {
      let body = ''
      for await (const chunk of response) body += String(chunk)
      resolve({ kind: 'refused', key, status: response.statusCode ?? 0, body })
    })
    attempt.on('error', reject)
    attempt.end()
  })
}
