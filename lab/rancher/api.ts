import {
  type ApiToken,
  ROLE_BINDINGS_TEMPLATE,
  roleBindingRecords,
  TOKENS_TEMPLATE,
  tokenRecord,
} from './api-token.ts'
import { type Cluster, clusterRecord } from './cluster-record.ts'
import { type CollectionTemplate, collectionAnswer } from './collection.ts'
import { caChecksum, importManifest } from './import-manifest.ts'
import type { Inventory } from './inventory.ts'
import { kubeconfigAnswer } from './kubeconfig.ts'
import { type JsonObject, objectIn, objectsIn, recordedObject, textIn } from './recorded.ts'
import { type Registration, registrationRecord } from './registration.ts'
import type { Settings } from './settings.ts'

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
  readonly inventory: Inventory
  readonly settings: Settings
  readonly now: () => Date
  readonly registrationTokenDelayMs: number
  /** What becomes of the manifest before it is served. */
  readonly changeManifest: (manifest: string) => string
  readonly newToken: () => string
  readonly apiToken: () => ApiToken
}

const CLUSTERS = { recording: recordedObject('clusters-none.json'), recordedQuery: 'name=nosuch&' }
const SETTINGS = { recording: recordedObject('settings.json'), recordedQuery: '' }
const TOKENS = { recording: recordedObject('tokens.json'), recordedQuery: 'clusterId=c-sxlbv&' }
const NODES = { recording: recordedObject('nodes.json'), recordedQuery: 'clusterId=c-sxlbv&' }
const USERS = { recording: recordedObject('users-me.json'), recordedQuery: 'me=true&' }

/** Rancher 2.1.5's HTTP API, as far as it was recorded. */
export function answerApi(request: ApiRequest, sources: ApiSources): ApiAnswer {
  const { url } = request
  if (url.pathname === '/ping') return text(200, 'pong')
  const manifestToken = /^\/v3\/import\/([^/]+)\.yaml$/.exec(url.pathname)?.[1]
  if (manifestToken !== undefined) return manifest(manifestToken, url.host, sources)
  if (!url.pathname.startsWith('/v3/')) return text(404, '404 page not found\n')
  const isCaCerts = request.method === 'GET' && url.pathname === '/v3/settings/cacerts'
  if (!request.isAuthenticated && !isCaCerts) return json(401, recordedObject('unauth.json'))
  const { clusterId } = sources.apiToken()
  // pkg/auth/requests/authenticate.go@v2.14.4
  if (request.isAuthenticated && clusterId !== null) {
    return json(401, { ...recordedObject('unauth.json'), message: 'clusterID does not match' })
  }
  const [, , collection = '', id] = url.pathname.split('/').map(decodeURIComponent)
  switch (collection.toLowerCase()) {
    case 'clusters':
      return clusters(request, id, sources)
    case 'clusterregistrationtokens':
      return registrations(request, id, sources)
    case 'settings':
      return read(SETTINGS, sources.settings.records(url.host), id, url, 'settings')
    case 'tokens':
      return read(
        TOKENS_TEMPLATE,
        [tokenRecord(sources.apiToken(), sources.now())],
        id,
        url,
        'tokens',
      )
    case 'globalrolebindings':
      return read(
        ROLE_BINDINGS_TEMPLATE,
        roleBindingRecords(sources.apiToken()),
        id,
        url,
        'globalrolebindings',
      )
    case 'nodes':
      return read(NODES, [], id, url, 'nodes')
    case 'users':
      return read(USERS, objectsIn(USERS.recording.data), id, url, 'users')
    default:
      return text(404, '404 page not found\n')
  }
}

/** The answer to an administrator's GET of `path`, as an object. */
export function storedAt(path: string, sources: ApiSources): JsonObject {
  const url = new URL(path, 'https://rancher.invalid')
  return parsed(answerApi({ method: 'GET', url, body: '', isAuthenticated: true }, sources).body)
}

/** 403 in the form of Rancher's other errors. */
export function forbiddenAnswer(): ApiAnswer {
  const error = { ...recordedObject('cluster-404.json'), code: 'Forbidden', status: 403 }
  return json(403, { ...error, message: 'permission denied' })
}

function clusters(request: ApiRequest, id: string | undefined, sources: ApiSources): ApiAnswer {
  const { url } = request
  const cluster = sources.inventory.clusters.find((candidate) => candidate.id === id)
  if (request.method === 'POST') {
    if (!cluster || url.searchParams.get('action') !== 'generateKubeconfig') {
      return notFound('clusters', id ?? '')
    }
    return json(200, kubeconfigOf(cluster, url.host, sources))
  }
  const records = sources.inventory.clusters.map((one) => clusterRecord(one, url.host))
  return read(CLUSTERS, records, id, url, 'clusters')
}

function kubeconfigOf(cluster: Cluster, host: string, sources: ApiSources): JsonObject {
  const caCerts = sources.settings.value('cacerts')
  return kubeconfigAnswer({ cluster, host, caCerts, token: sources.newToken() })
}

function registrations(request: ApiRequest, id: string | undefined, sources: ApiSources) {
  const { inventory } = sources
  if (request.method === 'POST') {
    const clusterId = textIn(parsed(request.body).clusterId)
    if (!inventory.clusters.some((cluster) => cluster.id === clusterId)) {
      return notFound('clusters', clusterId)
    }
    const delayMs = sources.registrationTokenDelayMs
    const created = inventory.register(clusterId, { delayMs })
    return json(201, recordOf(created, request.url.host, sources))
  }
  const records = inventory.registrations.map((one) => recordOf(one, request.url.host, sources))
  return read(TOKENS, records, id, request.url, 'clusterregistrationtokens')
}

function recordOf(registration: Registration, host: string, sources: ApiSources): JsonObject {
  return registrationRecord(registration, {
    host,
    caChecksum: caChecksum(sources.settings.value('cacerts')),
    agentImage: sources.settings.value('agent-image'),
    now: sources.now(),
  })
}

function manifest(token: string, host: string, { settings, changeManifest }: ApiSources) {
  const caCerts = settings.value('cacerts')
  const agentImage = settings.value('agent-image')
  const body = changeManifest(importManifest({ token, host, caCerts, agentImage }))
  return { status: 200, contentType: 'text/plain', body }
}

function read(
  template: CollectionTemplate,
  records: readonly JsonObject[],
  id: string | undefined,
  url: URL,
  resource: string,
): ApiAnswer {
  if (id === undefined) return json(200, collectionAnswer(template, records, url))
  const record = records.find((candidate) => candidate.id === id)
  return record ? json(200, record) : notFound(resource, id)
}

function notFound(resource: string, id: string): ApiAnswer {
  const message = `${resource}.management.cattle.io "${id}" not found`
  return json(404, { ...recordedObject('cluster-404.json'), message })
}

function json(status: number, body: JsonObject): ApiAnswer {
  return { status, contentType: 'application/json', body: JSON.stringify(body, null, 1) }
}

function text(status: number, body: string): ApiAnswer {
  return { status, contentType: 'text/plain; charset=utf-8', body }
}

function parsed(body: string): JsonObject {
  try {
    return objectIn(JSON.parse(body))
  } catch {
    return {}
  }
}
