import type { Admin } from '../admin.ts'
import type { LabRef } from '../contract.ts'
import { seededCharacters } from '../seeded.ts'

interface RecordedEvent {
  readonly about: LabRef & { readonly uid: string }
  readonly type: 'Normal' | 'Warning'
  readonly reason: string
  readonly message: string
  readonly component: string
  readonly host?: string
}

/** Writes Kubernetes events; the same one again only counts up. */
export type EventRecorder = (event: RecordedEvent) => Promise<void>

export function createEventRecorder(
  admin: Admin,
  ownNamespace: string,
  now: () => Date,
): EventRecorder {
  const counts = new Map<string, number>()
  const path = `/api/v1/namespaces/${ownNamespace}/events`
  return async ({ about, type, reason, message, component, host }) => {
    const key = seededCharacters(0, `${about.uid} ${reason} ${message}`, 16)
    const name = `${about.name}.${key}`
    const count = (counts.get(key) ?? 0) + 1
    counts.set(key, count)
    const time = now()
      .toISOString()
      .replace(/\.\d+Z$/, 'Z')
    if (count > 1) {
      await admin.merge(`${path}/${name}`, { count, lastTimestamp: time }, component)
      return
    }
    const { apiVersion, kind, namespace = ownNamespace, uid } = about
    await admin.api('POST', path, {
      apiVersion: 'v1',
      kind: 'Event',
      metadata: { name, namespace },
      involvedObject: { apiVersion, kind, namespace, name: about.name, uid },
      type,
      reason,
      message,
      count,
      firstTimestamp: time,
      lastTimestamp: time,
      source: { component, ...(host !== undefined && { host }) },
    })
  }
}
