import type { ServerResponse } from 'node:http'
import type { Snapshot } from './contract.ts'

// One change of a card comes as several; what is drawn is the last.
const GATHER_MS = 15
const LOOK_EVERY_MS = 400
const KEEP_ALIVE_MS = 15_000

/** The open event streams of the page, each with what one person sees. */
export interface Streams {
  open(person: string, response: ServerResponse): void
  /** Something changed: everybody is shown anew, soon. */
  changed(): void
  close(): void
}

/** Looks by itself as well, because agents come and go without saying so. Only a snapshot that differs is sent. */
export function createStreams(look: (person: string) => Snapshot): Streams {
  const open = new Map<ServerResponse, { readonly person: string; sent: string }>()
  let gathering: NodeJS.Timeout | undefined

  const sendAll = () => {
    clearTimeout(gathering)
    gathering = undefined
    for (const [response, stream] of open) {
      if (response.writableNeedDrain) continue
      const snapshot = JSON.stringify(look(stream.person))
      if (snapshot === stream.sent) continue
      stream.sent = snapshot
      response.write(`data: ${snapshot}\n\n`)
    }
  }
  const looking = setInterval(sendAll, LOOK_EVERY_MS)
  const keepingAlive = setInterval(() => {
    for (const response of open.keys()) response.write(': still here\n\n')
  }, KEEP_ALIVE_MS)

  return {
    open(person, response) {
      response.once('close', () => open.delete(response))
      open.set(response, { person, sent: '' })
      sendAll()
    },
    changed() {
      gathering ??= setTimeout(sendAll, GATHER_MS)
    },
    close() {
      clearTimeout(gathering)
      clearInterval(looking)
      clearInterval(keepingAlive)
      for (const response of open.keys()) response.end()
      open.clear()
    },
  }
}
