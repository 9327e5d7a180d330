import type { KubernetesObject } from '../cluster/index.ts'
import { checkRegistration, readManifest } from '../manifest/index.ts'
import {
  type Rancher,
  type RancherCluster,
  type RancherSettings,
  type RancherVersion,
  SUPPORTED_VERSIONS,
} from '../rancher/index.ts'
import { Failure } from '../recovery/index.ts'

export interface AgentManifestParts {
  readonly rancher: Rancher
  readonly rancherCluster: RancherCluster
  readonly signal: AbortSignal
}

/** The manifest that Rancher has for a cluster, checked. Its text holds a registration token. */
export interface AgentManifest {
  readonly text: string
  readonly objects: readonly KubernetesObject[]
  readonly settings: RancherSettings
  readonly version: RancherVersion
  /** Whether Rancher had no registration for people to use and got one. */
  readonly registrationCreated: boolean
  /** Null: Rancher made it. Else why Reagent made it, as a sentence. */
  readonly renderedBecause: string | null
}

/**
 * Gets the agent manifest and checks that it holds nothing foreign, points to Rancher's server-url, and registers this very cluster.
 * Rancher gets a registration token when it has none. Fails with the first `rancher.*` or `manifest.*` failure; `rancher.version-unsupported` before 2.1.
 */
export async function agentManifest(parts: AgentManifestParts): Promise<AgentManifest> {
  const { rancher, signal } = parts
  const [settings, { version, registration, created, manifest }] = await Promise.all([
    rancher.settings(signal),
    registeredManifest(parts),
  ])
  const { serverUrl } = settings
  const { text, renderedBecause } = manifest
  if (serverUrl === '') throw new Failure('rancher.server-url-unset')
  const objects = readManifest(text, { version })
  checkRegistration(objects, { serverUrl, registrations: [registration] })
  return { text, objects, settings, version, registrationCreated: created, renderedBecause }
}

async function registeredManifest({ rancher, rancherCluster, signal }: AgentManifestParts) {
  const version = await rancher.version(signal)
  // First: on a Rancher that nothing is known about, nothing is created.
  if (version.acquaintance === 'older') {
    const facts = { version: version.text, supported: SUPPORTED_VERSIONS }
    throw new Failure('rancher.version-unsupported', facts)
  }
  const { registration, created } = await rancher.ensureRegistration(rancherCluster.id, signal)
  const manifest = await rancher.importManifest(version, registration, signal)
  return { version, registration, created, manifest }
}
