import { accessReviewIn, reviewed } from '../access-review.ts'
import { type JsonObject, objectAt, textAt } from '../json.ts'
import { seededUuid } from '../seeded.ts'
import type { ApiAnswer, ApiRequest, Upstream } from '../upstream.ts'
import type { Catalog } from './catalog.ts'
import { type Managed, managedFieldsOf } from './managers.ts'
import { mergePatch, strategicMergePatch } from './merge.ts'
import { fieldManagerOf, isDryRun, objectIn, patchIn, type Target, targetOf } from './request.ts'
import { selectorFrom } from './select.ts'
import { ApiError, badRequest, jsonAnswer, notFound, statusAnswer } from './status.ts'
import { createStore } from './store.ts'
import { openWatch } from './watch.ts'
import { createWriter, type Write } from './write-objects.ts'

/** Answers `pods/NAME/log`; text, or why there is none. */
export type ReadLog = (asked: {
  readonly namespace: string
  readonly pod: string
  readonly container: string
  readonly tailLines: number | null
  readonly previous: boolean
}) => string | { readonly refused: string }

export interface SimulatedOptions {
  readonly name: string
  readonly seed: number
  readonly now: () => Date
  readonly readLog: ReadLog
  readonly catalog: Catalog
}

const LONGEST_WATCH_SECONDS = 3_600

/**
 * A Kubernetes API server in memory: discovery as `catalog` says, all else by the rules of 1.20.2: get, list, watch, create, update, server-side apply, merge and
 * strategic merge patches, delete, dry run, field managers. The contract suite runs the same tests on it and on a real one.
 */
export function createSimulatedServer(options: SimulatedOptions): Upstream {
  const { name, seed, now, readLog, catalog } = options
  const store = createStore()
  let objects = 0
  const writer = createWriter(store, () => {
    objects += 1
    return seededUuid(seed, `${name} ${objects}`)
  })
  const closing = new AbortController()
  const timeNow = () =>
    now()
      .toISOString()
      .replace(/\.\d+Z$/, 'Z')
  for (const namespace of ['kube-system', 'default', 'kube-public', 'kube-node-lease']) {
    const target = targetOf(catalog, `/api/v1/namespaces/${namespace}`)
    const asker = { manager: 'kube-apiserver', apiVersion: 'v1', time: timeNow() }
    if (target) writer.create({ target, asker, dryRun: false }, {})
  }

  const ask = async (request: ApiRequest): Promise<ApiAnswer> => {
    try {
      return answer(request)
    } catch (error) {
      if (error instanceof ApiError) return statusAnswer(error)
      throw error
    }
  }

  const answer = (request: ApiRequest): ApiAnswer => {
    const url = new URL(request.path, 'https://cluster.invalid')
    const pathname = url.pathname.replace(/(.)\/$/, '$1')
    if (['/healthz', '/livez', '/readyz'].includes(pathname)) return text('ok')
    const document = request.method === 'GET' ? catalog.document(pathname) : null
    if (document !== null) return jsonAnswer(200, document)
    if (accessReviewIn(request)) {
      isDryRun(request.method, url.searchParams)
      return jsonAnswer(201, reviewed(request, true))
    }
    const target = targetOf(catalog, pathname)
    if (!target) return { ...text('404 page not found\n'), status: 404 }
    if (request.method === 'GET') return read(request, target, url.searchParams)
    return write(request, target, url.searchParams)
  }

  const read = (request: ApiRequest, target: Target, query: URLSearchParams): ApiAnswer => {
    const { resource, namespace, name, subresource } = target
    if (subresource === 'log') return log(target, query)
    if (name !== '') {
      const stored = store.find(resource, namespace, name)
      if (!stored) throw notFound(resource, name)
      return jsonAnswer(200, shown(stored, target))
    }
    const isSelected = selectorFrom(query)
    const since = query.get('resourceVersion') ?? ''
    if (query.get('watch') === 'true' || query.get('watch') === '1') {
      const body = openWatch({
        store,
        resource,
        namespace,
        isSelected,
        shown: (stored) => shown(stored, target),
        since: Number(since || 0),
        timeoutSeconds: Number(query.get('timeoutSeconds') ?? LONGEST_WATCH_SECONDS),
        signal: AbortSignal.any([request.signal, closing.signal]),
      })
      return { status: 200, contentType: 'application/json', body }
    }
    const items = store
      .list(resource, namespace)
      .filter((stored) => isSelected(stored.object))
      .map((stored) => shown(stored, target))
      .map(({ apiVersion: _apiVersion, kind: _kind, ...item }) => item)
    return jsonAnswer(200, {
      kind: `${resource.kind}List`,
      apiVersion: resource.apiVersion,
      metadata: { resourceVersion: String(store.version) },
      items,
    })
  }

  const log = ({ resource, namespace, name }: Target, query: URLSearchParams): ApiAnswer => {
    const stored = store.find(resource, namespace, name)
    if (!stored) throw notFound(resource, name)
    const containers = [objectAt(stored.object, 'spec').containers]
      .flat()
      .map((container) => textAt(container, 'name'))
    const wanted = query.get('container')
    if (wanted !== null && !containers.includes(wanted)) {
      throw badRequest(`container ${wanted} is not valid for pod ${name}`)
    }
    if (wanted === null && containers.length > 1) {
      const choice = `choose one of: [${containers.join(' ')}]`
      throw badRequest(`a container name must be specified for pod ${name}, ${choice}`)
    }
    const tail = query.get('tailLines')
    const found = readLog({
      namespace,
      pod: name,
      container: wanted ?? containers[0] ?? '',
      tailLines: tail === null ? null : Number(tail),
      previous: query.get('previous') === 'true',
    })
    if (typeof found !== 'string') throw badRequest(found.refused)
    return text(found)
  }

  const write = (request: ApiRequest, found: Target, query: URLSearchParams): ApiAnswer => {
    const { resource } = found
    const time = now()
      .toISOString()
      .replace(/\.\d+Z$/, 'Z')
    const asker = { manager: fieldManagerOf(request, query), apiVersion: resource.apiVersion, time }
    const asked = (target: Target): Write => ({
      target,
      asker,
      dryRun: isDryRun(request.method, query),
    })
    if (request.method === 'POST' && found.name === '') {
      const sent = objectIn(request, resource)
      const target = { ...found, name: nameIn(sent) }
      refuseOtherNamespace(sent, target)
      return written(201, writer.create(asked(target), sent), target)
    }
    if (found.name === '') throw methodNotAllowed()
    switch (request.method) {
      case 'PUT': {
        const sent = objectIn(request, resource)
        refuseOtherName(sent, found)
        refuseOtherNamespace(sent, found)
        const managed =
          found.subresource === 'status'
            ? writer.patch(asked(found), () => sent)
            : writer.replace(asked(found), sent)
        return written(200, managed, found)
      }
      case 'PATCH':
        return patch(request, found, query, asked(found))
      case 'DELETE': {
        const grace = gracePeriodIn(request, query)
        const { managed, isGone } = writer.remove(asked(found), grace)
        if (!isGone || ['Pod', 'Namespace', 'ServiceAccount'].includes(resource.kind)) {
          return written(200, managed, found)
        }
        const { group } = resource
        const uid = textAt(managed.object, 'metadata', 'uid')
        const details = { name: found.name, ...(group && { group }), kind: resource.resource, uid }
        return jsonAnswer(200, {
          kind: 'Status',
          apiVersion: 'v1',
          metadata: {},
          status: 'Success',
          details,
        })
      }
      default:
        throw methodNotAllowed()
    }
  }

  const patch = (
    request: ApiRequest,
    target: Target,
    query: URLSearchParams,
    asked: Write,
  ): ApiAnswer => {
    const contentType = (request.headers['content-type'] ?? '').split(';')[0]
    switch (contentType) {
      case 'application/apply-patch+yaml': {
        if (!query.get('fieldManager')) throw fieldManagerRequired()
        const sent = objectIn(request, target.resource)
        if (objectAt(sent, 'metadata').managedFields !== undefined) {
          throw badRequest('metadata.managedFields must be nil')
        }
        refuseOtherName(sent, target)
        refuseOtherNamespace(sent, target)
        const { managed, isNew } = writer.apply(asked, sent, query.get('force') === 'true')
        return written(isNew ? 201 : 200, managed, target)
      }
      case 'application/merge-patch+json':
        return written(
          200,
          writer.patch(asked, (live) => mergePatch(live, patchIn(request))),
          target,
        )
      case 'application/strategic-merge-patch+json': {
        const change = (live: JsonObject) => strategicMergePatch(live, patchIn(request))
        return written(200, writer.patch(asked, change), target)
      }
      default:
        throw new ApiError(415, 'UnsupportedMediaType', '415: Unsupported Media Type', {})
    }
  }

  return {
    ask,
    async close() {
      closing.abort()
    },
  }
}

function written(status: 200 | 201, managed: Managed, target: Target): ApiAnswer {
  return jsonAnswer(status, shown(managed, target))
}

/** The object in the version that is asked for, with its managed fields. */
function shown({ object, managers }: Managed, { resource }: Pick<Target, 'resource'>): JsonObject {
  const managedFields = managedFieldsOf(managers)
  const { apiVersion: _apiVersion, kind: _kind, metadata, ...content } = object
  return {
    kind: resource.kind,
    apiVersion: resource.apiVersion,
    metadata: {
      ...objectAt({ metadata }, 'metadata'),
      ...(managedFields.length > 0 && { managedFields }),
    },
    ...content,
  }
}

function nameIn(sent: JsonObject): string {
  const name = textAt(sent, 'metadata', 'name')
  if (!name) throw new ApiError(422, 'Invalid', 'name or generateName is required')
  return name
}

function refuseOtherName(sent: JsonObject, { name }: Target): void {
  const sentName = textAt(sent, 'metadata', 'name')
  if (sentName === '' || sentName === name) return
  throw badRequest(
    `the name of the object (${sentName}) does not match the name on the URL (${name})`,
  )
}

function refuseOtherNamespace(sent: JsonObject, { resource, namespace }: Target): void {
  const sentNamespace = textAt(sent, 'metadata', 'namespace')
  if (!resource.namespaced || sentNamespace === '' || sentNamespace === namespace) return
  throw badRequest(
    'the namespace of the provided object does not match the namespace sent on the request',
  )
}

function gracePeriodIn(request: ApiRequest, query: URLSearchParams): number | null {
  const asked = query.get('gracePeriodSeconds')
  if (asked !== null) return Number(asked)
  const sent = request.body.length > 0 ? patchIn(request).gracePeriodSeconds : undefined
  return typeof sent === 'number' ? sent : null
}

function fieldManagerRequired(): ApiError {
  const message = 'Required value: is required for apply patch'
  return new ApiError(
    422,
    'Invalid',
    `PatchOptions.meta.k8s.io "" is invalid: fieldManager: ${message}`,
    {
      group: 'meta.k8s.io',
      kind: 'PatchOptions',
      causes: [{ reason: 'FieldValueRequired', message, field: 'fieldManager' }],
    },
  )
}

function methodNotAllowed(): ApiError {
  const message = 'the server does not allow this method on the requested resource'
  return new ApiError(405, 'MethodNotAllowed', message, {})
}

function text(body: string): ApiAnswer {
  return { status: 200, contentType: 'text/plain; charset=utf-8', body: Buffer.from(body) }
}
