import { Failure } from '../recovery/index.ts'
import { rancherVersionAnswer, settingAnswer } from './answers.ts'
import { readApiToken } from './api-token.ts'
import { askForPush } from './ask-for-push.ts'
import type { Rancher, RancherOptions } from './contract.ts'
import { createEvidence } from './evidence.ts'
import { clustersOfApi, findCluster, readCluster } from './find-cluster.ts'
import { createHttpClient } from './http-client.ts'
import { readImportManifest } from './import-manifest.ts'
import { listNodes } from './nodes.ts'
import { ping } from './ping.ts'
import { readPresentedCertificate } from './presented-certificate.ts'
import { createRancherApi, type RancherApi } from './rancher-api.ts'
import { ensureRegistration, listRegistrations, registrationsOfApi } from './registrations.ts'
import { settingsFrom } from './settings.ts'
import { identityThroughTunnel, tunnelAnswers } from './tunnel.ts'
import { type RancherVersion, rancherVersionOf } from './version-differences.ts'

/** Rancher's API over HTTPS. Nothing is asked before the first call. */
export function createRancher(options: RancherOptions): Rancher {
  const http = createHttpClient(options)
  const api = createRancherApi(http)
  const { url } = http
  const { timeoutMs } = options
  const clusters = clustersOfApi(api)
  const registrations = registrationsOfApi(api, url)
  return {
    url,
    ping: (signal) => ping(http, signal),
    clusters: clusters.all,
    nodes: (signal) => listNodes(api, signal),
    findCluster: (nameOrId, signal) => findCluster(clusters, nameOrId, signal),
    cluster: (id, signal) => readCluster(clusters, id, signal),
    settings: (signal) => settingsFrom((name) => readSetting(api, name, signal)),
    version: (signal) => readVersion(api, signal),
    apiToken: (signal) => readApiToken(api, options.token.reveal().split(':')[0] ?? '', signal),
    registrations: (clusterId, signal) => listRegistrations(registrations, clusterId, signal),
    ensureRegistration: (clusterId, signal) =>
      ensureRegistration(registrations, clusterId, { url, timeoutMs, signal }),
    importManifest: async (version, registration, signal) => ({
      text: await readImportManifest(http, version, registration, signal),
      renderedBecause: null,
    }),
    askForPush: (clusterId, run, signal) => askForPush(api, clusterId, run, signal),
    tunnelAnswers: (clusterId, signal) => tunnelAnswers(http, clusterId, signal),
    identityThroughTunnel: (clusterId, signal) => identityThroughTunnel(http, clusterId, signal),
    presentedCertificate: (caPem, signal) =>
      readPresentedCertificate({ url, caPem, timeoutMs, signal }),
    evidence: createEvidence(api, timeoutMs),
    reachedBy: () => null,
    close: http.close,
  }
}

/** A build of one's own says `dev` in `server-version`, and in `/rancherversion` what it is (rancherversion.json). */
async function readVersion(api: RancherApi, signal: AbortSignal): Promise<RancherVersion> {
  const said = await readSetting(api, 'server-version', signal)
  const version = rancherVersionOf(said)
  if (version.acquaintance !== 'unnamed') return version
  const [endpoint, agentImage] = await Promise.all([
    readRancherVersion(api, signal),
    readSetting(api, 'agent-image', signal),
  ])
  return rancherVersionOf(said, endpoint, agentImage)
}

async function readRancherVersion(api: RancherApi, signal: AbortSignal): Promise<string> {
  const request = { path: '/rancherversion', action: 'read the version', what: 'version' }
  try {
    return await api.read(request, rancherVersionAnswer, signal)
  } catch (error) {
    // Before 2.7 the path is not known; whatever else is wrong shows in the settings too.
    if (error instanceof Failure && !signal.aborted) return ''
    throw error
  }
}

function readSetting(api: RancherApi, name: string, signal: AbortSignal): Promise<string> {
  const request = {
    path: `/v3/settings/${name}`,
    action: `read the setting ${name}`,
    what: `setting ${name}`,
  }
  return api.read(request, settingAnswer, signal)
}
