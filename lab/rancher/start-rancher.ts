import { createAnnouncer } from '../announcer.ts'
import { quirksOf } from '../rancher-quirks.ts'
import { createAgentDeployer } from './agent-deployer.ts'
import { storedAt, viewOf } from './api.ts'
import type { ApiSources } from './api-contract.ts'
import type { ApiToken } from './api-token.ts'
import { createClusterProxy } from './cluster-proxy.ts'
import { type Cluster, clusterConditions } from './cluster-record.ts'
import type {
  AgentSession,
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
import { templatesFor } from './templates.ts'
import { createTunnel } from './tunnel.ts'

const KEPT_REQUESTS = 10_000

/**
 * Starts a Rancher on 127.0.0.1: 2.1.5 unless another version is asked for. 2.1.5 and 2.12.0 answer as the recordings do
 * (`lab/fixtures`), the others as `lab/rancher-quirks.ts` says.
 */
export async function startRancher(options: LabRancherOptions = {}): Promise<LabRancher> {
  const now = options.now ?? (() => new Date())
  const { timeScale = 1 } = options
  const quirks = quirksOf(options.version ?? '2.1.5')
  const templates = templatesFor(quirks)
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
  const log = createServerLog(now, announcers.serverLog, quirks)
  const settings = createSettings(quirks, options.serverVersionSetting ?? `v${quirks.version}`)
  const faults = createFaults()
  const inventory = createInventory({
    quirks,
    random,
    timeScale,
    now,
    onChange: announcers.clusterChange.announce,
  })
  const sessionsOf = (id: string, wanted: AgentSession['kind']) =>
    tunnel.sessions.filter(({ clusterId, kind }) => clusterId === id && kind === wanted)
  const unpingable = new Set<string>()
  const lookAtSecondSession = (cluster: Cluster) => {
    const isThere = sessionsOf(cluster.id, 'second').length > 0 && !unpingable.has(cluster.id)
    if (isThere === cluster.hasSecondSession) return
    cluster.hasSecondSession = isThere
    cluster.secondSessionChangedAt = now()
    if (isThere) cluster.status.secondSessionOpened()
    else cluster.status.secondSessionClosed()
  }
  const deployer = createAgentDeployer({
    quirks,
    inventory,
    settings,
    log,
    timeScale,
    now,
    hasTunnel: (id) => sessionsOf(id, 'cluster').length > 0,
  })
  const tunnel = createTunnel({
    quirks,
    log,
    now,
    clusterOfToken: (token) =>
      inventory.registrations.find((registration) => registration.token === token)?.clusterId,
    onOpen({ kind, clusterId }, agent) {
      announcers.sessionChange.announce()
      if (kind === 'node') return
      const cluster = inventory.clusters.find(({ id }) => id === clusterId)
      if (!cluster) return
      if (kind === 'second') return lookAtSecondSession(cluster)
      if (agent.apiAddress !== '') cluster.apiEndpoint = `https://${agent.apiAddress}`
      if (agent.apiServerCaPem !== '') cluster.apiServerCaPem = agent.apiServerCaPem
      if (sessionsOf(clusterId, 'cluster').length === 1) cluster.status.firstSessionOpened()
      deployer.look(cluster)
    },
    onClose({ kind, clusterId }) {
      announcers.sessionChange.announce()
      if (kind === 'node') return
      const cluster = inventory.clusters.find(({ id }) => id === clusterId)
      if (!cluster) return
      if (kind === 'second') return lookAtSecondSession(cluster)
      if (sessionsOf(clusterId, 'cluster').length > 0) return
      cluster.status.lastSessionClosed()
      deployer.look(cluster)
    },
  })
  const proxy = createClusterProxy((id) => sessionsOf(id, 'cluster').length > 0)
  const authority = createServedAuthority(now, quirks)
  const endpoint = await openEndpoint(authority.issue(), options.port ?? 0, log)
  const url = `https://127.0.0.1:${endpoint.port}`
  settings.set('server-url', url)
  settings.set('cacerts', authority.certPem.trimEnd())
  const sources: ApiSources = {
    quirks,
    templates,
    inventory,
    settings,
    now,
    registrationTokenDelayMs: options.registrationTokenDelayMs ?? 0,
    changeManifest: faults.changeManifest,
    newToken: () => random.characters(54),
    apiToken: () => token,
    onClusterWritten: deployer.look,
  }
  serveRequests(endpoint.server, {
    apiToken,
    faults,
    tunnel,
    proxy,
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
    version: quirks.version,
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
      const name = quirks.has('defaultRegistration') ? { name: 'default-token' } : {}
      return { id, registrationToken: isRegistered ? inventory.register(id, name).token : '' }
    },
    conditions: (clusterId) =>
      clusterConditions(inventory.cluster(clusterId), viewOf({ quirks, templates, settings })),
    annotations: (clusterId) => inventory.cluster(clusterId).annotations,
    deployWith: deployer.use,
    failPings(clusterId, isFailing) {
      if (isFailing) unpingable.add(clusterId)
      else unpingable.delete(clusterId)
      lookAtSecondSession(inventory.cluster(clusterId))
    },
    clusterState: (clusterId) => inventory.cluster(clusterId).status.state,
    issueRegistration: (clusterId, options = {}) => inventory.register(clusterId, options).token,
    stored: (path) =>
      storedAt(path, { ...sources, apiToken: () => ({ ...token, clusterId: null }) }),
    revokeRegistrations(clusterId, { disconnect = false } = {}) {
      inventory.unregister(clusterId)
      if (quirks.has('defaultRegistration')) {
        inventory.register(clusterId, { name: 'default-token' })
      }
      if (disconnect) tunnel.cut(clusterId)
    },
    sessions: (id) => tunnel.sessions.filter(({ clusterId }) => clusterId === id),
    onSessionChange: announcers.sessionChange.subscribe,
    leadTunnel: proxy.lead,
    changeCluster: (clusterId, change) => void Object.assign(inventory.cluster(clusterId), change),
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
    issueCertificate: authority.issue,
    removeCluster(clusterId) {
      inventory.removeCluster(clusterId)
      tunnel.cut(clusterId)
    },
    reportHealth: (clusterId, message) =>
      inventory.cluster(clusterId).status.healthReported(message),
    knowNodes(clusterId, nodes) {
      inventory.cluster(clusterId).nodes = nodes
    },
    rememberApiServerCa(clusterId, caPem) {
      inventory.cluster(clusterId).apiServerCaPem = caPem
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
      deployer.stop()
      for (const { status } of inventory.clusters) status.stop()
      await endpoint.close()
    },
  }
}
