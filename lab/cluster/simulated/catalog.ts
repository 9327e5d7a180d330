import { type JsonObject, objectAt, objectsAt, textAt } from '../json.ts'
import type { ResourceName } from './status.ts'

/** A kind of objects that the server stores: all versions of a group share one collection. */
export interface Resource extends ResourceName {
  readonly apiVersion: string
  readonly namespaced: boolean
  readonly hasStatus: boolean
}

/** What one release of Kubernetes serves. */
export interface Catalog {
  find(apiVersion: string, resource: string): Resource | undefined
  findKind(apiVersion: string, kind: string): Resource | undefined
  /** Whether a group is there at all: an unknown version of it has a `Status`, an unknown group plain text. */
  isKnownGroup(group: string): boolean
  /** Discovery: `/version`, `/api`, `/apis` and what is below; null for anything else. */
  document(path: string): unknown
}

/** `groups` as `/apis` answers; `lists` are the resource lists by group and version. */
export function createCatalog(version: JsonObject, groups: JsonObject, lists: JsonObject): Catalog {
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
  const groupNamed = (group: string | undefined) =>
    objectsAt(groups, 'groups').find((entry) => entry.name === group)

  return {
    find: (apiVersion, resource) => resources.get(`${apiVersion} ${resource}`),
    findKind: (apiVersion, kind) =>
      [...resources.values()].find(
        (found) => found.apiVersion === apiVersion && found.kind === kind,
      ),
    isKnownGroup: (group) => groupNamed(group) !== undefined,
    document(path) {
      if (path === '/version') return version
      if (path === '/api') return { kind: 'APIVersions', versions: ['v1'] }
      if (path === '/apis') return groups
      const [, root, group, groupVersion, ...rest] = path.split('/')
      if (rest.length > 0) return null
      if (root === 'api' && groupVersion === undefined) return lists[group ?? ''] ?? null
      if (root !== 'apis') return null
      if (groupVersion !== undefined) return lists[`${group}/${groupVersion}`] ?? null
      const found = groupNamed(group)
      return found ? { kind: 'APIGroup', apiVersion: 'v1', ...objectAt(found) } : null
    },
  }
}
