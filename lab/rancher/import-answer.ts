import type { Quirks } from '../rancher-quirks.ts'
import type { ApiAnswer, ApiSources } from './api-contract.ts'
import { importManifest } from './import-manifest.ts'
import { sourcesForImport } from './manifest-sources.ts'
import { recordedText } from './recorded.ts'

/** What the path of a manifest names; `clusterId` is null where it names none. */
export interface Imported {
  readonly token: string
  readonly clusterId: string | null
}

/** Null for a path that is no manifest's. A version without cluster ids takes the whole name for the token. */
export function importedIn(path: string, quirks: Quirks): Imported | null {
  const name = /^\/v3\/import\/([^/]+)\.yaml$/.exec(path)?.[1]
  if (name === undefined) return null
  const cut = quirks.has('importPathWithClusterId') ? name.indexOf('_') : -1
  return cut < 0
    ? { token: name, clusterId: null }
    : { token: name.slice(0, cut), clusterId: name.slice(cut + 1) }
}

/** The manifest: for any token, until late patches look whether it is one of that cluster. */
export function importAnswer(
  { token, clusterId }: Imported,
  host: string,
  sources: Pick<ApiSources, 'quirks' | 'settings' | 'inventory' | 'changeManifest'>,
): ApiAnswer {
  const { quirks, settings, inventory } = sources
  if (clusterId === null && quirks.has('importPathWithClusterId')) {
    const body = recordedText('import-no-cluster-id.json', 'rancher-v2.12.0')
    return { status: 404, contentType: 'application/json', body }
  }
  const contentType = 'text/plain'
  const isKnown = inventory.registrations.some(
    (registration) => registration.token === token && registration.clusterId === clusterId,
  )
  if (quirks.has('importChecksToken') && !isKnown) {
    return { status: 400, contentType, body: 'cluster not found or invalid token' }
  }
  // Without an id in the path, Rancher finds the cluster by the token where it asks for one at all.
  const id =
    clusterId ?? inventory.registrations.find((found) => found.token === token)?.clusterId ?? null
  const cluster = inventory.clusters.find((found) => found.id === id) ?? null
  const manifest = importManifest(sourcesForImport(quirks, settings, { token, host, cluster }))
  return { status: 200, contentType, body: sources.changeManifest(manifest) }
}
