import type { JsonObject } from '../json.ts'
import type { Resource } from './catalog.ts'
import type { Managed } from './managers.ts'

export interface StoredEvent {
  readonly version: number
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED'
  readonly collection: string
  readonly stored: Managed
  readonly before: JsonObject | null
}

/** Objects in memory under one counter of resource versions, with the last changes for those who watch. */
export interface Store {
  readonly version: number
  find(resource: Resource, namespace: string, name: string): Managed | undefined
  list(resource: Resource, namespace: string): readonly Managed[]
  /** Stores it under the next resource version, which it writes into the object. */
  put(resource: Resource, namespace: string, name: string, managed: Managed): Managed
  remove(resource: Resource, namespace: string, name: string): void
  removeNamespace(namespace: string): void
  /** Changes after a version, null when they are not kept any more. */
  changesSince(version: number): readonly StoredEvent[] | null
  onChange(listener: (event: StoredEvent) => void): () => void
}

const KEPT_CHANGES = 2_000
const FIRST_VERSION = 200

export function createStore(): Store {
  const collections = new Map<string, Map<string, Managed>>()
  const listeners = new Set<(event: StoredEvent) => void>()
  let changes: readonly StoredEvent[] = []
  let version = FIRST_VERSION

  const collectionOf = (name: string) => {
    const found = collections.get(name) ?? new Map<string, Managed>()
    collections.set(name, found)
    return found
  }
  const publish = (event: Omit<StoredEvent, 'version'>) => {
    const published = { ...event, version }
    changes = [...changes, published].slice(-KEPT_CHANGES)
    for (const listener of listeners) listener(published)
  }
  const removeFrom = (collection: string, key: string) => {
    const objects = collectionOf(collection)
    const stored = objects.get(key)
    if (!stored) return
    objects.delete(key)
    version += 1
    publish({ type: 'DELETED', collection, stored: versioned(stored, version), before: null })
  }
  return {
    get version() {
      return version
    },
    find: (resource, namespace, name) =>
      collections.get(collectionName(resource))?.get(keyOf(namespace, name)),
    list: (resource, namespace) =>
      [...collectionOf(collectionName(resource))]
        .filter(([key]) => namespace === '' || key.startsWith(`${namespace}/`))
        .sort(([left], [right]) => (left < right ? -1 : 1))
        .map(([, stored]) => stored),
    put(resource, namespace, name, managed) {
      const collection = collectionName(resource)
      const objects = collectionOf(collection)
      const before = objects.get(keyOf(namespace, name))
      version += 1
      const stored = versioned(managed, version)
      objects.set(keyOf(namespace, name), stored)
      const type = before ? 'MODIFIED' : 'ADDED'
      publish({ type, collection, stored, before: before?.object ?? null })
      return stored
    },
    remove: (resource, namespace, name) =>
      removeFrom(collectionName(resource), keyOf(namespace, name)),
    removeNamespace(namespace) {
      for (const [collection, objects] of collections) {
        for (const key of [...objects.keys()]) {
          if (key.startsWith(`${namespace}/`)) removeFrom(collection, key)
        }
      }
      removeFrom('/namespaces', keyOf('', namespace))
    },
    changesSince(since) {
      const isKept = since + 1 >= (changes[0]?.version ?? version + 1)
      return isKept ? changes.filter((change) => change.version > since) : null
    },
    onChange(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
  }
}

/** All versions of an API group share a collection; workloads of `extensions` are those of `apps`. */
export function collectionName({ group, resource }: Resource): string {
  const isWorkload = ['deployments', 'daemonsets', 'replicasets'].includes(resource)
  return `${group === 'extensions' && isWorkload ? 'apps' : group}/${resource}`
}

function keyOf(namespace: string, name: string): string {
  return `${namespace}/${name}`
}

function versioned(managed: Managed, version: number): Managed {
  const { object } = managed
  const metadata = { ...(object.metadata as JsonObject), resourceVersion: String(version) }
  return { ...managed, object: { ...object, metadata } }
}
