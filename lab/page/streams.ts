import type { ServerResponse } from 'node:http'
import type { ChannelView, WorldView } from './contract.ts'

// One change of a card comes as several; what is drawn is the last. The world changes all the time: agents print lines.
const GATHER_MS = { channel: 15, world: 120 }
const KEEP_ALIVE_MS = 15_000

type Topic = keyof typeof GATHER_MS

/** The open event streams of the page, each with what one person sees. */
export interface Streams {
  open(person: string, response: ServerResponse): void
  /** Something changed: everybody is shown anew, soon. */
  changed(topic: Topic): void
  close(): void
}

/** Events `channel` and `world`, each with the whole of it as JSON. Only what differs from what was sent before is sent. */
export function createStreams(look: {
  readonly channel: (person: string) => ChannelView
  readonly world: () => WorldView
}): Streams {
  const open = new Map<ServerResponse, { readonly person: string; sent: Record<Topic, string> }>()
  const gathering = new Map<Topic, NodeJS.Timeout>()

  const send = (topic: Topic) => {
    gathering.delete(topic)
    const world = topic === 'world' ? JSON.stringify(look.world()) : ''
    for (const [response, stream] of open) {
      // Who does not keep up is shown the newest state as soon as they do.
      if (response.writableNeedDrain) continue
      const view = topic === 'world' ? world : JSON.stringify(look.channel(stream.person))
      if (view === stream.sent[topic]) continue
      stream.sent[topic] = view
      response.write(`event: ${topic}\ndata: ${view}\n\n`)
    }
  }
  const changed = (topic: Topic) => {
    if (open.size === 0 || gathering.has(topic)) return
    gathering.set(
      topic,
      setTimeout(() => send(topic), GATHER_MS[topic]),
    )
  }
  const keepingAlive = setInterval(() => {
    for (const response of open.keys()) response.write(': still here\n\n')
  }, KEEP_ALIVE_MS)

  return {
    open(person, response) {
      response.once('close', () => open.delete(response))
      response.on('drain', () => {
        changed('channel')
        changed('world')
      })
      open.set(response, { person, sent: { channel: '', world: '' } })
      send('channel')
      send('world')
    },
    changed,
    close() {
      for (const timer of gathering.values()) clearTimeout(timer)
      clearInterval(keepingAlive)
      for (const response of open.keys()) response.end()
      open.clear()
    },
  }
}
