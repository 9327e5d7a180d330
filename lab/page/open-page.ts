import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { World } from '../world/index.ts'
import { createApi } from './api.ts'
import { bundleProgram } from './bundle-program.ts'
import { channelViewOf } from './channel-view.ts'
import { SAFE_HEADERS, strangerReason } from './guard-request.ts'
import { createHappenings } from './happenings.ts'
import { createLevers, type Switches } from './levers.ts'
import { readJson } from './read-json.ts'
import { readStaticFiles } from './static-files.ts'
import { createStreams } from './streams.ts'
import { watchWorld, worldViewOf } from './world-view.ts'

export interface PageOptions {
  /** Default 0: any free port. */
  readonly port?: number
}

/** The web page of a world: its Slack channel, and what can be broken and mended behind it. */
export interface Page {
  /** `http://127.0.0.1:PORT/` */
  readonly url: string
  /** Ends all requests; the world stays. */
  close(): Promise<void>
}

/** Opens the page on 127.0.0.1. Rejects when the port is taken. */
export async function openPage(world: World, { port = 0 }: PageOptions = {}): Promise<Page> {
  const [files, program] = await Promise.all([readStaticFiles(), bundleProgram()])
  const happenings = createHappenings(() => new Date())
  const switches: Switches = {
    isRancherDown: false,
    isWorkerStarting: false,
    apiServersDown: new Set(),
  }
  const api = createApi(world, createLevers(world, switches, happenings))
  const streams = createStreams({
    channel: (person) => channelViewOf(person, world),
    world: () => worldViewOf(world, switches, happenings),
  })
  const endings = [
    world.slack.onChange(() => streams.changed('channel')),
    watchWorld(world, happenings, () => streams.changed('world')),
  ]
  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => {
      console.error('the page could not answer', request.url, error)
      response.destroy()
    })
  })

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const stranger = strangerReason(request, portOf(server))
    if (stranger !== null) return refuse(response, 403, stranger)
    const [path = '/', query = ''] = (request.url ?? '/').split('?')
    const file = path === program.path ? program : files.get(path)
    const call = api.get(path)
    if (file) {
      if (!isOneOf(['GET', 'HEAD'], request, response)) return
      response.writeHead(200, { ...SAFE_HEADERS, 'content-type': file.contentType })
      response.end(file.content)
    } else if (path === '/api/events') {
      if (!isOneOf(['GET'], request, response)) return
      const person = new URLSearchParams(query).get('person') ?? ''
      const isKnown = world.slack.people().some(({ name }) => name === person)
      if (!isKnown) return refuse(response, 404, 'nobody is called that')
      response.writeHead(200, { ...SAFE_HEADERS, 'content-type': 'text/event-stream' })
      streams.open(person, response)
    } else if (call) {
      if (!isOneOf(['POST'], request, response)) return
      const body = await readJson(request)
      if (!body.ok) return refuse(response, body.status, body.error)
      // Levers show that they are being pulled, and that they were.
      streams.changed('world')
      const { status, error } = await call(body.value)
      streams.changed('world')
      answerJson(response, status, error)
    } else {
      refuse(response, 404, 'there is nothing here')
    }
  }

  try {
    await listen(server, port)
  } catch (error) {
    stopLooking()
    if (!(error instanceof Error && 'code' in error && error.code === 'EADDRINUSE')) throw error
    const message = `Port ${port} is taken. Choose another with --port, or none for any free one.`
    throw new Error(message, { cause: error })
  }
  return {
    url: `http://127.0.0.1:${portOf(server)}/`,
    close() {
      stopLooking()
      return new Promise((resolve, reject) => {
        server.close((error) => (error ? reject(error) : resolve()))
        server.closeAllConnections()
      })
    },
  }

  function stopLooking(): void {
    for (const end of endings) end()
    streams.close()
  }
}

/** Whether the method is one of these; answers 405 otherwise. */
function isOneOf(
  methods: readonly string[],
  request: IncomingMessage,
  response: ServerResponse,
): boolean {
  if (methods.includes(request.method ?? '')) return true
  response.setHeader('allow', methods.join(', '))
  refuse(response, 405, `ask with ${methods.join(' or ')}`)
  return false
}

/** The connection ends with a refusal, so that a body that was not read is not taken for the next request. */
function refuse(response: ServerResponse, status: number, error: string): void {
  response.setHeader('connection', 'close')
  answerJson(response, status, error)
}

function answerJson(response: ServerResponse, status: number, error: string | null): void {
  response.writeHead(status, {
    ...SAFE_HEADERS,
    'content-type': 'application/json; charset=utf-8',
  })
  response.end(JSON.stringify({ error }))
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', () => resolve())
  })
}

function portOf(server: Server): number {
  const address = server.address()
  return address !== null && typeof address === 'object' ? address.port : 0
}
