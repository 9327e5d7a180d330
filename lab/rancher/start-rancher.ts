import { createAnnouncer } from '../announcer.ts'
import { type ApiSources, storedAt } from './api.ts'
import type { ApiToken } from './api-token.ts'
import { clusterConditions } from './cluster-record.ts'
import type {
  ClusterChange,
  LabRancher,
  LabRancherOptions,
  SeenRequest,
  ServerLogLine,
} from './contract.ts'
import { openEndpoint } from './endpoint.ts'
import { createFaults } from './faults.ts'
import { caChecksum } from './import-manifest.ts'
import { createInventory } from './inventory.ts'
import { createSeededRandom } from './seeded-random.ts'
import { serveRequests } from './serve-requests.ts'
import { createServedAuthority } from './served-authority.ts'
import { createServerLog } from './server-log.ts'
import { createSettings } from './settings.ts'
import { createTunnel } from './tunnel.ts'

const KEPT_REQUESTS = 10_000

/** Starts a Rancher 2.1.5 on 127.0.0.1 that answers as the recordings do (`lab/fixtures/rancher-v2.1.5`). */
export async function startRancher(options: LabRancherOptions = {}): Promise<LabRancher> {
  const now = options.now ?? (() => new Date())
  const random = createSeededRandom(options.seed ?? 1)
  const apiToken = `token-${random.characters(5)}:${random.characters(54)}`
  let token: ApiToken = {
    value: apiToken,
    clusterId: null,
    expiresAt: null,
    globalRoles: ['user-base'],
  }
  const announcers = {
    request: createAnnouncer<SeenRequest>(),
    serverLog: createAnnouncer<ServerLogLine>(),
    clusterChange: createAnnouncer<ClusterChange>(),
    sessionChange: createAnnouncer<void>(),
  }
  const requests: SeenRequest[] = []
  const log = createServerLog(now, announcers.serverLog)
  const settings = createSettings()
  const faults = createFaults()
  const inventory = createInventory({
    random,
    timeScale: options.timeScale ?? 1,
    now,
    onChange: announcers.clusterChange.announce,
  })
  const clusterAgentsOf = (id: string) =>
    tunnel.sessions.filter(({ clusterId, kind }) => clusterId === id && kind === 'cluster')
  const tunnel = createTunnel({
    log,
    now,
    clusterOfToken: (token) =>
      inventory.registrations.find((registration) => registration.token === token)?.clusterId,
    onOpen({ kind, clusterId }, agent) {
      announcers.sessionChange.announce()
      if (kind === 'node') return
      const cluster = inventory.cluster(clusterId)
      if (agent.apiAddress !== '') cluster.apiEndpoint = `https://${agent.apiAddress}`
      if (agent.apiServerCaPem !== '') cluster.apiServerCaPem = agent.apiServerCaPem
      if (clusterAgentsOf(clusterId).length === 1) cluster.status.firstSessionOpened()
    },
    onClose({ kind, clusterId }) {
      announcers.sessionChange.announce()
      if (kind === 'node' || clusterAgentsOf(clusterId).length > 0) return
      inventory.cluster(clusterId).status.lastSessionClosed()
    },
  })
  const authority = createServedAuthority(now)
  const endpoint = await openEndpoint(authority.issue(), options.port ?? 0, log)
  const url = `https://127.0.0.1:${endpoint.port}`
  settings.set('server-url', url)
  settings.set('cacerts', authority.certPem.trimEnd())
  const sources: ApiSources = {
    inventory,
    settings,
    now,
    registrationTokenDelayMs: options.registrationTokenDelayMs ?? 0,
    changeManifest: faults.changeManifest,
    newToken: () => random.characters(54),
    apiToken: () => token,
  }
  serveRequests(endpoint.server, {
    apiToken,
    faults,
    tunnel,
    now,
    sources,
    onRequest(request) {
      requests.push(request)
      if (requests.length > KEPT_REQUESTS) requests.shift()
      announcers.request.announce(request)
    },
  })

  return {
    url,
    get caPem() {
      return authority.certPem
    },
    get caChecksum() {
      return caChecksum(settings.value('cacerts'))
    },
    apiToken,
    serverLog: log.lines,
    requests,
    onRequest: announcers.request.subscribe,
    onServerLog: announcers.serverLog.subscribe,
    onClusterChange: announcers.clusterChange.subscribe,
    addCluster(added) {
      const { id } = inventory.addCluster(added)
      const isRegistered = added.registered ?? true
      return { id, registrationToken: isRegistered ? inventory.register(id, {}).token : '' }
    },
    conditions: (clusterId) => clusterConditions(inventory.cluster(clusterId)),
    clusterState: (clusterId) => inventory.cluster(clusterId).status.state,
    issueRegistration: (clusterId, options = {}) => inventory.register(clusterId, options).token,
    stored: (path) =>
      storedAt(path, { ...sources, apiToken: () => ({ ...token, clusterId: null }) }),
    revokeRegistrations(clusterId, { disconnect = false } = {}) {
      inventory.unregister(clusterId)
      if (disconnect) tunnel.cut(clusterId)
    },
    sessions: (id) => tunnel.sessions.filter(({ clusterId }) => clusterId === id),
    onSessionChange: announcers.sessionChange.subscribe,
    disconnectAgents: tunnel.cut,
    rotateCa({ updateSetting = true } = {}) {
      authority.rotate()
      endpoint.present(authority.issue())
      if (updateSetting) settings.set('cacerts', authority.certPem.trimEnd())
      endpoint.cutConnections()
    },
    presentCertificate(certificate) {
      endpoint.present(authority.issue(certificate))
      endpoint.cutConnections()
    },
    goDown: endpoint.close,
    comeBack: endpoint.open,
    answerEverythingWith: faults.answerEverythingWith,
    hang: faults.hang,
    forbid: faults.forbid,
    setSetting: settings.set,
    changeApiToken(change) {
      token = { ...token, ...change }
    },
    serveManifest: faults.serveManifest,
    async close() {
      for (const { status } of inventory.clusters) status.stop()
      await endpoint.close()
    },
  }
}
