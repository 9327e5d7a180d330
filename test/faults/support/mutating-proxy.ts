import { once } from 'node:events'
import { Agent, createServer, request } from 'node:https'
import type { AddressInfo } from 'node:net'
import { buffer, text as readText } from 'node:stream/consumers'
import { createAuthority } from '../../../lab/certificates/index.ts'

export interface MutatingProxy {
  readonly url: string
  readonly caPem: string
  /** `METHOD path?query` of each request since it was last cleared. */
  readonly requests: string[]
  /** What becomes of each answer from now on; null: it passes as it is. */
  mutate: ((text: string, path: string) => string) | null
  close(): Promise<void>
}

/** Stands in front of an HTTPS server and changes its answers on the way, status and headers stay. */
export async function startMutatingProxy(target: string): Promise<MutatingProxy> {
  const now = new Date(Date.now() - 60 * 60 * 1000)
  const authority = createAuthority({ commonName: 'proxy-ca', now })
  const issued = authority.issue({
    commonName: 'proxy',
    dnsNames: ['localhost'],
    ipAddresses: ['127.0.0.1'],
    now,
    validForMs: 24 * 60 * 60 * 1000,
  })
  const agent = new Agent({ keepAlive: true, rejectUnauthorized: false })
  const requests: string[] = []
  const server = createServer(
    { cert: issued.certPem, key: issued.keyPem },
    async (incoming, outgoing) => {
      const path = incoming.url ?? '/'
      requests.push(`${incoming.method} ${path}`)
      const body = await buffer(incoming)
      const {
        'content-length': _length,
        'transfer-encoding': _encoding,
        ...headers
      } = incoming.headers
      const sent = request(`${target}${path}`, {
        agent,
        method: incoming.method,
        headers: { ...headers, ...(body.length > 0 && { 'content-length': String(body.length) }) },
      })
      sent.on('error', () => outgoing.destroy())
      sent.on('response', async (answer) => {
        const text = await readText(answer)
        const changed = proxy.mutate ? proxy.mutate(text, path) : text
        outgoing.writeHead(answer.statusCode ?? 502, {
          'content-type': answer.headers['content-type'] ?? 'application/json',
        })
        outgoing.end(changed)
      })
      sent.end(body)
    },
  )
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const proxy: MutatingProxy = {
    url: `https://127.0.0.1:${port}`,
    caPem: authority.certPem,
    requests,
    mutate: null,
    async close() {
      agent.destroy()
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
  return proxy
}
