import { once } from 'node:events'
import { createServer } from 'node:https'
import type { Authority } from '../../certificates/index.ts'
import type { ReadLog } from '../simulated/api-server.ts'

export interface KubeletEndpoint {
  readonly port: number
  close(): Promise<void>
}

const ONE_YEAR_MS = 365 * 24 * 60 * 60 * 1000

/** The TLS port of the nodes: a real API server fetches container logs here (`/containerLogs/NAMESPACE/POD/CONTAINER`). */
export async function openKubeletEndpoint(
  authority: Authority,
  readLog: ReadLog,
): Promise<KubeletEndpoint> {
  const { certPem, keyPem } = authority.issue({
    commonName: 'kubelet',
    dnsNames: ['localhost'],
    ipAddresses: ['127.0.0.1'],
    now: new Date(),
    validForMs: ONE_YEAR_MS,
  })
  const server = createServer({ key: keyPem, cert: certPem }, (request, response) => {
    const url = new URL(request.url ?? '/', 'https://kubelet.invalid')
    const [, what, namespace = '', pod = '', container = ''] = url.pathname.split('/')
    if (what !== 'containerLogs') return void response.writeHead(404).end('404 page not found\n')
    const tail = url.searchParams.get('tailLines')
    const found = readLog({
      namespace,
      pod,
      container,
      tailLines: tail === null ? null : Number(tail),
      previous: url.searchParams.get('previous') === 'true',
    })
    const isText = typeof found === 'string'
    response.writeHead(isText ? 200 : 400, { 'Content-Type': 'text/plain' })
    response.end(isText ? found : found.refused)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  return {
    port: typeof address === 'object' && address !== null ? address.port : 0,
    async close() {
      const closed = once(server, 'close')
      server.close()
      server.closeAllConnections()
      await closed
    },
  }
}
