import { Readable } from 'node:stream'
import type { JsonObject } from '../json.ts'
import type { Resource } from './catalog.ts'
import type { Managed } from './managers.ts'
import { collectionName, type Store, type StoredEvent } from './store.ts'

export interface WatchOptions {
  readonly store: Store
  readonly resource: Resource
  readonly namespace: string
  readonly isSelected: (object: JsonObject) => boolean
  /** The object as this request sees it. */
  readonly shown: (stored: Managed) => JsonObject
  /** From which version on; 0: first everything that is there. */
  readonly since: number
  readonly timeoutSeconds: number
  readonly signal: AbortSignal
}

/** A watch as a stream of JSON lines. One that begins at a version which is not kept any more says 410 and ends. */
export function openWatch(options: WatchOptions): Readable {
  const { store, resource, namespace, isSelected, shown, since, signal } = options
  const stream = new Readable({ read() {} })
  const write = (type: string, object: unknown) =>
    void stream.push(`${JSON.stringify({ type, object })}\n`)
  const send = ({ type, collection, stored, before }: StoredEvent) => {
    if (collection !== collectionName(resource)) return
    const { metadata } = stored.object as { metadata: { namespace?: string } }
    if (namespace !== '' && metadata.namespace !== namespace) return
    const isNow = isSelected(stored.object)
    const wasBefore = before !== null && isSelected(before)
    if (type === 'DELETED' || (wasBefore && !isNow)) write('DELETED', shown(stored))
    else if (isNow) write(type === 'MODIFIED' && !wasBefore ? 'ADDED' : type, shown(stored))
  }
  const missed = since === 0 ? [] : store.changesSince(since)
  if (missed === null) {
    write('ERROR', {
      kind: 'Status',
      apiVersion: 'v1',
      metadata: {},
      status: 'Failure',
      message: `too old resource version: ${since} (${store.version})`,
      reason: 'Expired',
      code: 410,
    })
    stream.push(null)
    return stream
  }
  if (since === 0) {
    for (const stored of store.list(resource, namespace)) {
      if (isSelected(stored.object)) write('ADDED', shown(stored))
    }
  }
  for (const change of missed) send(change)
  const stopListening = store.onChange(send)
  const end = () => {
    stopListening()
    clearTimeout(timer)
    signal.removeEventListener('abort', end)
    if (!stream.destroyed) stream.push(null)
  }
  const timer = setTimeout(end, options.timeoutSeconds * 1000)
  timer.unref()
  signal.addEventListener('abort', end, { once: true })
  stream.once('close', end)
  return stream
}
