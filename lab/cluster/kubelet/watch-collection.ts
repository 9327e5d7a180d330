import { createInterface } from 'node:readline'
import { Readable } from 'node:stream'
import type { Admin } from '../admin.ts'
import { isObject, type JsonObject, objectAt, objectsAt, textAt } from '../json.ts'
import type { Upstream } from '../upstream.ts'
import { pause } from './pause.ts'

/** The objects of a collection by name, kept up to date. */
export interface WatchedCollection {
  readonly objects: ReadonlyMap<string, JsonObject>
  /** Resolves once it was read for the first time. */
  readonly ready: Promise<void>
}

const RETRY_AFTER_MS = 200

/** Lists and watches until the signal aborts; begins again whenever the watch ends. */
export function watchCollection(options: {
  readonly admin: Admin
  readonly upstream: Upstream
  readonly path: string
  readonly onChange: () => void
  readonly signal: AbortSignal
}): WatchedCollection {
  const { admin, upstream, path, onChange, signal } = options
  const objects = new Map<string, JsonObject>()

  const list = async (): Promise<string> => {
    const { body } = await admin.api('GET', path)
    objects.clear()
    for (const item of objectsAt(body, 'items')) objects.set(textAt(item, 'metadata', 'name'), item)
    onChange()
    return textAt(body, 'metadata', 'resourceVersion')
  }
  const follow = async (version: string) => {
    const answer = await upstream.ask({
      method: 'GET',
      path: `${path}?watch=true&resourceVersion=${version}`,
      headers: { accept: 'application/json', 'user-agent': 'lab' },
      body: Buffer.alloc(0),
      signal,
    })
    const body = Buffer.isBuffer(answer.body) ? Readable.from([answer.body]) : answer.body
    for await (const line of createInterface({ input: body })) {
      const event: unknown = JSON.parse(line)
      const object = objectAt(event, 'object')
      const type = textAt(event, 'type')
      if (!isObject(event) || !['ADDED', 'MODIFIED', 'DELETED'].includes(type)) return
      const name = textAt(object, 'metadata', 'name')
      if (type === 'DELETED') objects.delete(name)
      else objects.set(name, object)
      onChange()
    }
  }
  const keepUp = async (version: string) => {
    let since = version
    while (!signal.aborted) {
      await follow(since).catch(() => undefined)
      if (signal.aborted) return
      await pause(RETRY_AFTER_MS, signal)
      since = await list().catch(() => since)
    }
  }
  const ready = list().then((version) => void keepUp(version))
  return { objects, ready }
}
