import type { Quirks } from '../rancher-quirks.ts'
import type { ApiToken } from './api-token.ts'
import type { Cluster } from './cluster-record.ts'
import type { Inventory } from './inventory.ts'
import type { Settings } from './settings.ts'
import type { Templates } from './templates.ts'

export interface ApiRequest {
  readonly method: string
  readonly url: URL
  readonly body: string
  readonly isAuthenticated: boolean
}

export interface ApiAnswer {
  readonly status: number
  readonly contentType: string
  readonly body: string
}

/** What the answers are made from. */
export interface ApiSources {
  readonly quirks: Quirks
  readonly templates: Templates
  readonly inventory: Inventory
  readonly settings: Settings
  readonly now: () => Date
  readonly registrationTokenDelayMs: number
  /** What becomes of the manifest before it is served. */
  readonly changeManifest: (manifest: string) => string
  readonly newToken: () => string
  readonly apiToken: () => ApiToken
  /** Somebody changed a cluster. */
  readonly onClusterWritten: (cluster: Cluster) => void
}
