import { readFileSync } from 'node:fs'
import type { KubernetesRelease } from '../contract.ts'
import { type JsonObject, objectsAt, textAt } from '../json.ts'
import { type Catalog, createCatalog } from './catalog.ts'

const recorded = (name: string): JsonObject => {
  const url = new URL(`../../fixtures/${name}.json`, import.meta.url)
  const parsed: JsonObject = JSON.parse(readFileSync(url, 'utf8'))
  return parsed
}

const version = recorded('kubernetes-1.20/version')
const groups = recorded('kubernetes-1.20/apis')
const lists = recorded('kubernetes-1.20/resource-lists')
const oldGroups = recorded('kubernetes-old/apis')

/** Of the old server the lists of five versions were recorded; its others are taken from 1.20, as far as that has them. */
const oldLists = listsOf(oldGroups, { ...lists, ...recorded('kubernetes-old/resource-lists') })

/** Versions that became stable between 1.20 and 1.33, by the one that they replaced. All beta versions of 1.20 are gone by then. */
const STABLE_SINCE: Readonly<Record<string, string>> = {
  'autoscaling/v2beta2': 'autoscaling/v2',
  'discovery.k8s.io/v1beta1': 'discovery.k8s.io/v1',
  'flowcontrol.apiserver.k8s.io/v1beta1': 'flowcontrol.apiserver.k8s.io/v1',
  'policy/v1beta1': 'policy/v1',
}

/**
 * What the releases that the lab plays say of themselves. `1.20` and `old` are recorded from real servers, `old` from the one built
 * into Rancher 2.1.5; the other two are derived from them by what was added and dropped between.
 */
export const catalogs: Readonly<Record<KubernetesRelease, Catalog>> = {
  old: createCatalog(recorded('kubernetes-old/version'), oldGroups, oldLists),
  '1.14': catalogOf114(),
  '1.20': createCatalog(version, groups, lists),
  '1.33': catalogOf133(),
}

/** Before 1.16 `extensions/v1beta1` still has Deployments; two groups came with 1.14. */
function catalogOf114(): Catalog {
  const added = ['scheduling.k8s.io', 'coordination.k8s.io']
  const list = [
    ...objectsAt(oldGroups, 'groups').filter(({ name }) => !String(name).endsWith('.cattle.io')),
    ...objectsAt(groups, 'groups').filter(({ name }) => added.includes(String(name))),
  ]
  const withAdded = { ...oldGroups, groups: list }
  return createCatalog(
    numbered('14', 'v1.14.10'),
    withAdded,
    listsOf(withAdded, { ...lists, ...oldLists }),
  )
}

function catalogOf133(): Catalog {
  const kept = objectsAt(groups, 'groups').flatMap((group) => {
    const versions = objectsAt(group, 'versions')
      .map((entry) => textAt(entry, 'groupVersion'))
      .map((groupVersion) => STABLE_SINCE[groupVersion] ?? groupVersion)
      .filter((groupVersion) => !groupVersion.includes('beta'))
      .map((groupVersion) => ({ groupVersion, version: groupVersion.split('/')[1] ?? '' }))
    return versions.length > 0 ? [{ ...group, versions, preferredVersion: versions[0] }] : []
  })
  const renamed = Object.entries(lists).map(([groupVersion, list]) => {
    const stable = STABLE_SINCE[groupVersion] ?? groupVersion
    const resources = objectsAt(list, 'resources').filter(
      ({ kind }) => kind !== 'PodSecurityPolicy',
    )
    return [stable, { ...(list as JsonObject), groupVersion: stable, resources }]
  })
  const found = { ...groups, groups: kept }
  const available: JsonObject = Object.fromEntries(renamed)
  return createCatalog(numbered('33', 'v1.33.1'), found, listsOf(found, available))
}

function numbered(minor: string, gitVersion: string): JsonObject {
  return { ...version, minor, gitVersion }
}

/** The lists of the versions that `/apis` names, and of the core group. */
function listsOf(served: JsonObject, available: JsonObject): JsonObject {
  const named = objectsAt(served, 'groups')
    .flatMap((group) => objectsAt(group, 'versions'))
    .map((entry) => textAt(entry, 'groupVersion'))
  const found = ['v1', ...named].flatMap((name) => {
    const list = available[name]
    return list === undefined ? [] : [[name, list] as const]
  })
  return Object.fromEntries(found)
}
