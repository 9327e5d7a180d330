import type { ImportManifest, Rancher, RancherOptions, Registration } from '../contract.ts'
import { findCluster, readCluster, requireClusterId } from '../find-cluster.ts'
import { createHttpClient } from '../http-client.ts'
import { ping } from '../ping.ts'
import { readPresentedCertificate } from '../presented-certificate.ts'
import { ensureRegistration, listRegistrations } from '../registrations.ts'
import { settingsFrom } from '../settings.ts'
import { type RancherVersion, rancherVersionOf } from '../version-differences.ts'
import { createCustomResources, noCluster } from './custom-resources.ts'
import { unusable } from './kubeconfig-api.ts'
import type { LocalApi } from './local-api.ts'
import { createLocalEvidence } from './local-evidence.ts'
import { newRegistration } from './new-registration.ts'
import { readOrRenderManifest } from './read-or-render-manifest.ts'

/**
 * Rancher by what it keeps on its own cluster, with the same values as by its API. Only `ping` and `presentedCertificate` go to its
 * address, and `importManifest` does where that answers.
 */
export function createLocalRancher(api: LocalApi, options: Omit<RancherOptions, 'token'>): Rancher {
  const { timeoutMs } = options
  const http = createHttpClient({ ...options, token: null })
  const { url } = http
  const resources = createCustomResources(api)
  const clusters = {
    all: resources.clusters,
    named: async (name: string, signal: AbortSignal) =>
      (await resources.clusters(signal)).filter((cluster) => cluster.name === name),
    async withId(id: string, signal: AbortSignal) {
      const cluster = await resources.cluster(id, signal)
      if (cluster) return cluster
      throw noCluster(id)
    },
  }
  const registrations = {
    list: (clusterId: string, signal: AbortSignal) =>
      resources.registrations(requireClusterId(clusterId), signal),
    async create(clusterId: string, signal: AbortSignal) {
      await clusters.withId(requireClusterId(clusterId), signal)
      return resources.createRegistration(clusterId, newRegistration(), signal)
    },
  }
  const settings = (signal: AbortSignal) => settingsFrom((name) => resources.setting(name, signal))

  return {
    url,
    ping: (signal) => ping(http, signal),
    clusters: clusters.all,
    nodes: resources.nodes,
    findCluster: (nameOrId, signal) => findCluster(clusters, nameOrId, signal),
    cluster: (id, signal) => readCluster(clusters, id, signal),
    settings,
    async version(signal) {
      const [said, agentImage] = await Promise.all([
        resources.setting('server-version', signal),
        resources.setting('agent-image', signal),
      ])
      return rancherVersionOf(said, agentImage)
    },
    apiToken: async () => ({ lifetime: null, globalRoles: null }),
    registrations: (clusterId, signal) => listRegistrations(registrations, clusterId, signal),
    ensureRegistration: (clusterId, signal) =>
      ensureRegistration(registrations, clusterId, { url, timeoutMs, signal }),
    importManifest: async (
      version: RancherVersion,
      registration: Registration,
      signal: AbortSignal,
    ): Promise<ImportManifest> =>
      readOrRenderManifest(
        resources,
        { version, registration, settings: await settings(signal), timeoutMs },
        signal,
      ),
    askForPush: async () => {
      throw unusable(api.name, 'only Rancher’s API is asked to push its own manifest')
    },
    // Both go through Rancher's API; nothing is known here.
    tunnelAnswers: async () => true,
    identityThroughTunnel: async () => ({
      kind: 'not-available',
      reason: `the ${api.name} does not lead through Rancher’s tunnel`,
    }),
    presentedCertificate: (caPem, signal) =>
      readPresentedCertificate({ url, caPem, timeoutMs, signal }),
    evidence: createLocalEvidence(resources, timeoutMs),
    reachedBy: () => null,
    close() {
      http.close()
      api.close()
    },
  }
}
