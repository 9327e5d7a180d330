import { readFileSync } from 'node:fs'
import { type JsonObject, objectAt, objectsAt, textAt } from '../json.ts'
import type { ResourceName } from './status.ts'

/** A kind of objects that the server stores: all versions of a group share one collection. */
export interface Resource extends ResourceName {
  readonly apiVersion: string
  readonly namespaced: boolean
  readonly hasStatus: boolean
}

function recorded(name: string): JsonObject {
  const url = new URL(`../../fixtures/kubernetes-1.20/${name}.json`, import.meta.url)
  const parsed: JsonObject = JSON.parse(readFileSync(url, 'utf8'))
  return parsed
}

const version = recorded('version')
const groups = recorded('apis')
const lists = recorded('resource-lists')
const resources = new Map<string, Resource>()
for (const [apiVersion, list] of Object.entries(lists)) {
  const entries = objectsAt(list, 'resources')
  const names = new Set(entries.map((entry) => textAt(entry, 'name')))
  for (const entry of entries) {
    const resource = textAt(entry, 'name')
    if (resource.includes('/')) continue
    resources.set(`${apiVersion} ${resource}`, {
      apiVersion,
      group: apiVersion.includes('/') ? (apiVersion.split('/')[0] ?? '') : '',
      resource,
      kind: textAt(entry, 'kind'),
      namespaced: entry.namespaced === true,
      hasStatus: names.has(`${resource}/status`),
    })
  }
}

export function findResource(apiVersion: string, resource: string): Resource | undefined {
  return resources.get(`${apiVersion} ${resource}`)
}

export function findKind(apiVersion: string, kind: string): Resource | undefined {
  return [...resources.values()].find(
    (found) => found.apiVersion === apiVersion && found.kind === kind,
  )
}

/** Discovery as recorded from a real 1.20.2: `/version`, `/api`, `/apis` and what is below; null for anything else. */
export function discoveryDocument(path: string): unknown {
  if (path === '/version') return version
  if (path === '/api') return { kind: 'APIVersions', versions: ['v1'] }
  if (path === '/apis') return groups
  const [, root, group, groupVersion, ...rest] = path.split('/')
  if (rest.length > 0) return null
  if (root === 'api' && groupVersion === undefined) return lists[group ?? ''] ?? null
  if (root !== 'apis') return null
  if (groupVersion !== undefined) return lists[`${group}/${groupVersion}`] ?? null
  const found = objectsAt(groups, 'groups').find((entry) => entry.name === group)
  return found ? { kind: 'APIGroup', apiVersion: 'v1', ...objectAt(found) } : null
}

/** Whether a group is there at all: an unknown version of it has a `Status`, an unknown group plain text. */
export function isKnownGroup(group: string): boolean {
  return objectsAt(groups, 'groups').some((entry) => entry.name === group)
}
