import { once } from 'node:events'
import { createServer } from 'node:http'
import { connect, type Socket } from 'node:net'
import { afterEach, expect, it, vi } from 'vitest'
import { failureOf } from './support/failing.ts'
import { patient, startWorld } from './support/world.ts'

afterEach(() => vi.unstubAllEnvs())

/** A proxy that notes what it is asked for and tunnels. */
async function startProxy() {
  const seen: string[] = []
  const sockets = new Set<Socket>()
  const server = createServer((request, response) => {
    seen.push(`${request.method} in clear`)
    response.end()
  })
  server.on('connection', (socket) => sockets.add(socket))
  server.on('connect', (request, client) => {
    seen.push(`CONNECT ${request.url}`)
    const { hostname, port } = new URL(`http://${request.url}`)
    const upstream = connect(Number(port), hostname, () => {
      client.write('HTTP/1.1 200 OK\r\n\r\n')
      upstream.pipe(client).pipe(upstream)
    })
    upstream.on('error', () => client.destroy())
    client.on('error', () => upstream.destroy())
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  const port = typeof address === 'object' ? address?.port : 0
  const close = () => {
    server.close()
    for (const socket of sockets) socket.destroy()
  }
  return { url: `http://127.0.0.1:${port}`, seen, close }
}

it('goes through HTTPS_PROXY by a tunnel, and still verifies Rancher’s certificate', async () => {
  const world = await startWorld()
  const proxy = await startProxy()
  vi.stubEnv('HTTPS_PROXY', proxy.url)
  vi.stubEnv('NO_PROXY', '')
  vi.stubEnv('no_proxy', '')
  const { host } = new URL(world.lab.url)

  expect(await world.connect().clusters(patient)).toEqual([])
  const distrustful = world.connect({ caPem: null })
  expect((await failureOf(distrustful.clusters(patient))).code).toBe(
    'rancher.certificate-untrusted',
  )

  expect(new Set(proxy.seen)).toEqual(new Set([`CONNECT ${host}`]))
  proxy.close()
  await world.end()
})
