import { Failure } from '../recovery/index.ts'
import { rancherVersionAnswer, settingAnswer } from './answers.ts'
import { readApiToken } from './api-token.ts'
import { askForPush } from './ask-for-push.ts'
import { caChecksumOf } from './ca-checksum.ts'
import type { Rancher, RancherOptions, RancherSettings } from './contract.ts'
import { createEvidence } from './evidence.ts'
import { findCluster, listClusters, readCluster } from './find-cluster.ts'
import { createHttpClient, type HttpClient } from './http-client.ts'
import { readImportManifest } from './import-manifest.ts'
import { listNodes } from './nodes.ts'
import { readPresentedCertificate } from './presented-certificate.ts'
import {
  createRancherApi,
  failureOfStatus,
  type RancherApi,
  unexpectedAnswer,
} from './rancher-api.ts'
import { ensureRegistration, listRegistrations } from './registrations.ts'
import { identityThroughTunnel, tunnelAnswers } from './tunnel.ts'
import { type RancherVersion, rancherVersionOf } from './version-differences.ts'

/** Rancher's API over HTTPS. Nothing is asked before the first call. */
export function createRancher(options: RancherOptions): Rancher {
  const http = createHttpClient(options)
  const api = createRancherApi(http)
  const { url } = http
  const { timeoutMs } = options
  return {
    url,
    ping: (signal) => ping(http, signal),
    clusters: (signal) => listClusters(api, signal),
    nodes: (signal) => listNodes(api, signal),
    findCluster: (nameOrId, signal) => findCluster(api, nameOrId, signal),
    cluster: (id, signal) => readCluster(api, id, signal),
    settings: (signal) => readSettings(api, signal),
    version: (signal) => readVersion(api, signal),
    apiToken: (signal) => readApiToken(api, options.token.reveal().split(':')[0] ?? '', signal),
    registrations: (clusterId, signal) => listRegistrations(api, clusterId, signal),
    ensureRegistration: (clusterId, signal) =>
      ensureRegistration(api, clusterId, { url, timeoutMs, signal }),
    importManifest: (version, registration, signal) =>
      readImportManifest(http, version, registration, signal),
    askForPush: (clusterId, run, signal) => askForPush(api, clusterId, run, signal),
    tunnelAnswers: (clusterId, signal) => tunnelAnswers(http, clusterId, signal),
    identityThroughTunnel: (clusterId, signal) => identityThroughTunnel(http, clusterId, signal),
    presentedCertificate: (caPem, signal) =>
      readPresentedCertificate({ url, caPem, timeoutMs, signal }),
    evidence: createEvidence(api, timeoutMs),
    close: http.close,
  }
}

const PING_LIMIT_BYTES = 64 * 1024

async function ping(http: HttpClient, signal: AbortSignal): Promise<void> {
  const request = { path: '/ping', anonymous: true, limitBytes: PING_LIMIT_BYTES }
  const answer = await http.send(request, signal)
  const failure = failureOfStatus(answer, { action: 'ping', what: '/ping' }, http.url)
  if (failure) throw failure
  if (answer.text.trim() !== 'pong') throw unexpectedAnswer(http.url, '/ping does not say pong')
}

async function readSettings(api: RancherApi, signal: AbortSignal): Promise<RancherSettings> {
  const [serverUrl, caCerts, agentImage] = await Promise.all([
    readSetting(api, 'server-url', signal),
    readSetting(api, 'cacerts', signal),
    readSetting(api, 'agent-image', signal),
  ])
  if (serverUrl === '') throw new Failure('rancher.server-url-unset')
  return {
    serverUrl: serverUrl.replace(/\/+$/, ''),
    caCerts,
    caChecksum: caChecksumOf(caCerts),
    agentImage,
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
