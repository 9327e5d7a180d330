import type { ApiAnswer, ApiRequest, ApiSources } from './api-contract.ts'
import {
  ROLE_BINDINGS_TEMPLATE,
  roleBindingRecords,
  TOKENS_TEMPLATE,
  tokenRecord,
} from './api-token.ts'
import { type Cluster, type ClusterView, clusterRecord } from './cluster-record.ts'
import { type CollectionTemplate, collectionAnswer } from './collection.ts'
import { importAnswer, importedIn } from './import-answer.ts'
import { caChecksum } from './import-manifest.ts'
import { kubeconfigAnswer } from './kubeconfig.ts'
import { nodeRecords } from './node-record.ts'
import { type JsonObject, objectIn, objectsIn, recordedObject, textIn } from './recorded.ts'
import { type Registration, registrationRecord } from './registration.ts'

const SETTINGS = { recording: recordedObject('settings.json'), recordedQuery: '' }
const USERS = { recording: recordedObject('users-me.json'), recordedQuery: 'me=true&' }

/** Rancher's HTTP API, as far as it was recorded or is in the reference. */
export function answerApi(request: ApiRequest, sources: ApiSources): ApiAnswer {
  const { url } = request
  const { quirks, templates } = sources
  if (url.pathname === '/ping') return text(200, 'pong')
  if (url.pathname === '/cacerts' && quirks.has('caCertsPath')) {
    return text(200, sources.settings.value('cacerts'))
  }
  if (url.pathname === '/rancherversion' && quirks.has('rancherVersionPath')) {
    const recorded = recordedObject('rancherversion.json', 'rancher-v2.12.0')
    return json(200, { ...recorded, Version: `v${quirks.version}` })
  }
  const imported = importedIn(url.pathname, quirks)
  if (imported !== null) return importAnswer(imported, url.host, sources)
  if (!url.pathname.startsWith('/v3/')) return text(404, '404 page not found\n')
  const isCaCerts = request.method === 'GET' && url.pathname === '/v3/settings/cacerts'
  if (!request.isAuthenticated && !isCaCerts) return json(401, templates.unauthorized)
  const { clusterId } = sources.apiToken()
  // pkg/auth/requests/authenticate.go@v2.14.4
  if (request.isAuthenticated && clusterId !== null) {
    return json(401, { ...templates.unauthorized, message: 'clusterID does not match' })
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
      return read(
        templates.nodes,
        sources.inventory.clusters.flatMap((cluster) => nodeRecords(cluster, url.host)),
        id,
        url,
        'nodes',
      )
    case 'users':
      return read(USERS, objectsIn(USERS.recording.data), id, url, 'users')
    default:
      return text(404, '404 page not found\n')
  }
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
  const view = viewOf(sources)
  if (request.method === 'PUT') {
    if (!cluster) return notFound('clusters', id ?? '')
    const { annotations } = parsed(request.body)
    if (annotations !== undefined) cluster.annotations = textsIn(annotations)
    sources.onClusterWritten(cluster)
    return json(200, clusterRecord(cluster, url.host, view))
  }
  const records = sources.inventory.clusters.map((one) => clusterRecord(one, url.host, view))
  return read(sources.templates.clusters, records, id, url, 'clusters')
}

/** What the API shows of clusters now. */
export function viewOf({
  quirks,
  templates,
  settings,
}: Pick<ApiSources, 'quirks' | 'templates' | 'settings'>): ClusterView {
  return { quirks, templates, desiredAgentImage: settings.value('agent-image') }
}

function kubeconfigOf(cluster: Cluster, host: string, sources: ApiSources): JsonObject {
  const caCerts = sources.settings.value('cacerts')
  const { templates } = sources
  return kubeconfigAnswer({ cluster, host, caCerts, token: sources.newToken(), templates })
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
  return read(
    sources.templates.registrations,
    records,
    id,
    request.url,
    'clusterregistrationtokens',
  )
}

function recordOf(registration: Registration, host: string, sources: ApiSources): JsonObject {
  const { quirks, settings } = sources
  const serverUrl = quirks.has('manifestUrlFromServerUrl') && settings.value('server-url')
  return registrationRecord(registration, {
    templates: sources.templates,
    isImportedByCluster: quirks.has('importPathWithClusterId'),
    host: serverUrl ? new URL(serverUrl).host : host,
    caChecksum: caChecksum(settings.value('cacerts')),
    agentImage: settings.value('agent-image'),
    now: sources.now(),
  })
}

function textsIn(value: JsonObject[string]): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(objectIn(value)).map(([name, text]) => [name, textIn(text)]),
  )
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
