import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'

export interface HttpDoorHandlers {
  handle(request: IncomingMessage, response: ServerResponse): Promise<void>
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void
}

/** A port on 127.0.0.1 that can be closed and opened again. */
export interface HttpDoor {
  readonly port: number
  goDown(): Promise<void>
  comeBack(): Promise<void>
}

/** `port` 0: any free one. The connection breaks when a handler rejects. */
export async function openHttpDoor(port: number, handlers: HttpDoorHandlers): Promise<HttpDoor> {
  let server = await listen(port, handlers)
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  return {
    port: address.port,
    goDown: () => shut(server),
    comeBack: async () => {
      if (!server.listening) server = await listen(address.port, handlers)
    },
  }
}

function listen(port: number, { handle, upgrade }: HttpDoorHandlers): Promise<Server> {
  const server = createServer((request, response) => {
    handle(request, response).catch((error: unknown) => {
      console.error('the lab Slack could not answer', request.url, error)
      response.destroy()
    })
  })
  server.on('upgrade', upgrade)
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', () => resolve(server))
  })
}

function shut(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve())
    server.closeAllConnections()
  })
}
