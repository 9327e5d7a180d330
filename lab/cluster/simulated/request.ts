import { load } from 'js-yaml'
import { isObject, type JsonObject, textAt } from '../json.ts'
import type { ApiRequest } from '../upstream.ts'
import type { Catalog, Resource } from './catalog.ts'
import { ApiError, badRequest, notServed } from './status.ts'

/** Which object or collection a path means. */
export interface Target {
  readonly resource: Resource
  readonly namespace: string
  /** `''`: the collection. */
  readonly name: string
  /** `''`, `status`, `log`, `finalize`. */
  readonly subresource: string
}

/** Fails with 404: a `Status` for what a known group does not serve, plain text for an unknown group (null here). */
export function targetOf(catalog: Catalog, pathname: string): Target | null {
  const [, root, ...parts] = pathname.split('/').map(decodeURIComponent)
  const apiVersion = root === 'api' ? parts[0] : `${parts[0]}/${parts[1]}`
  if (root === 'apis' && !catalog.isKnownGroup(parts[0] ?? '')) return null
  if (root !== 'api' && root !== 'apis') return null
  const rest = parts.slice(root === 'api' ? 1 : 2)
  if (apiVersion === undefined) return null
  if (rest.length === 0) throw notServed()
  const inNamespace = rest[0] === 'namespaces' ? catalog.find(apiVersion, rest[2] ?? '') : undefined
  if (inNamespace?.namespaced) {
    const [, namespace = '', , name = '', subresource = ''] = rest
    return { resource: inNamespace, namespace, name, subresource }
  }
  const resource = catalog.find(apiVersion, rest[0] ?? '')
  if (!resource) throw notServed()
  return { resource, namespace: '', name: rest[1] ?? '', subresource: rest[2] ?? '' }
}

/**
 * The object in a request's body, without `apiVersion` and `kind`, which the path says too. JSON, or YAML for an apply. Nulls are as
 * good as absent.
 */
export function objectIn(request: ApiRequest, { kind, apiVersion }: Resource): JsonObject {
  const parsed = parse(request)
  if (!isObject(parsed)) {
    throw badRequest(`the object provided is unrecognized (must be of type ${kind})`)
  }
  if (textAt(parsed, 'apiVersion') !== apiVersion) {
    throw badRequest(
      `the API version in the data (${textAt(parsed, 'apiVersion')}) does not match the expected API version (${apiVersion})`,
    )
  }
  if (textAt(parsed, 'kind') !== kind) {
    throw badRequest(
      `${textAt(parsed, 'kind')} in version "${apiVersion}" cannot be handled as a ${kind}`,
    )
  }
  const { apiVersion: _apiVersion, kind: _kind, ...content } = withoutNulls(parsed)
  return content
}

export function patchIn(request: ApiRequest): JsonObject {
  const parsed = parse(request)
  if (!isObject(parsed)) throw badRequest('error decoding patch')
  return parsed
}

/** Who writes: `fieldManager`, else the first word of the user agent. */
export function fieldManagerOf(request: ApiRequest, query: URLSearchParams): string {
  const agent = request.headers['user-agent'] ?? 'unknown'
  return query.get('fieldManager') || (agent.split('/')[0] ?? '')
}

/** Fails with 422 for any value but `All`, as on 1.20.2. */
export function isDryRun(method: string, query: URLSearchParams): boolean {
  const wanted = query.getAll('dryRun')
  if (wanted.some((value) => value !== 'All')) {
    const kind = OPTIONS[method] ?? 'CreateOptions'
    const list = wanted.map((value) => JSON.stringify(value)).join(', ')
    const message = `Unsupported value: []string{${list}}: supported values: "All"`
    const causes = [{ reason: 'FieldValueNotSupported', message, field: 'dryRun' }]
    const whole = `${kind}.meta.k8s.io "" is invalid: dryRun: ${message}`
    throw new ApiError(422, 'Invalid', whole, { group: 'meta.k8s.io', kind, causes })
  }
  return wanted.length > 0
}

const OPTIONS: Readonly<Record<string, string>> = {
  PUT: 'UpdateOptions',
  PATCH: 'PatchOptions',
  DELETE: 'DeleteOptions',
}

function parse({ body, headers }: ApiRequest): unknown {
  const isYaml = /yaml/.test(headers['content-type'] ?? '')
  try {
    return isYaml ? load(body.toString()) : JSON.parse(body.toString())
  } catch (error) {
    throw badRequest(`couldn't get version/kind; json parse error: ${String(error)}`)
  }
}

function withoutNulls(object: JsonObject): JsonObject {
  const clean = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(clean)
    return isObject(value) ? withoutNulls(value) : value
  }
  return Object.fromEntries(
    Object.entries(object)
      .filter(([, value]) => value !== null)
      .map(([field, value]) => [field, clean(value)]),
  )
}
