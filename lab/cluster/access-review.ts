import { isObject, type JsonObject, objectAt, textAt } from './json.ts'
import type { ApiRequest } from './upstream.ts'

/** A question "may I …?", as the request that it asks about. */
export interface AccessReview {
  readonly method: string
  readonly path: string
}

const PATH = /^\/apis\/authorization\.k8s\.io\/v1\/selfsubjectaccessreviews(\?|$)/

const METHODS: Readonly<Record<string, string>> = {
  get: 'GET',
  list: 'GET',
  create: 'POST',
  update: 'PUT',
  patch: 'PATCH',
  delete: 'DELETE',
}

/** Null for a request of any other kind. It is a POST that stores nothing. */
export function accessReviewIn({ method, path, body }: ApiRequest): AccessReview | null {
  if (method !== 'POST' || !PATH.test(path)) return null
  const attributes = objectAt(parsed(body), 'spec', 'resourceAttributes')
  const [group, verb] = [textAt(attributes, 'group'), textAt(attributes, 'verb')]
  const namespace = textAt(attributes, 'namespace')
  const name = textAt(attributes, 'name') || (verb === 'list' || verb === 'create' ? '' : 'any')
  const parts = [
    group === '' ? '/api/v1' : `/apis/${group}/v1`,
    ...(namespace === '' ? [] : ['namespaces', namespace]),
    textAt(attributes, 'resource'),
    ...(name === '' ? [] : [name]),
    ...(textAt(attributes, 'subresource') === '' ? [] : [textAt(attributes, 'subresource')]),
  ]
  return { method: METHODS[verb] ?? verb.toUpperCase(), path: parts.join('/') }
}

/** What the API server answers: the review with its status. */
export function reviewed(request: ApiRequest, allowed: boolean): JsonObject {
  return { ...parsed(request.body), status: { allowed } }
}

function parsed(body: Buffer): JsonObject {
  try {
    const value: unknown = JSON.parse(body.toString())
    return isObject(value) ? value : {}
  } catch {
    return {}
  }
}
