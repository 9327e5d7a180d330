import type { LabRef, Write } from './contract.ts'
import { isObject, type JsonObject, textAt } from './json.ts'
import type { Catalog } from './simulated/catalog.ts'
import type { ApiRequest } from './upstream.ts'

/** What a request would change; null for one that only reads. */
export function writeOf(request: ApiRequest, at: string, catalog: Catalog): Write | null {
  const contentType = request.headers['content-type'] ?? ''
  const verb = verbOf(request.method, contentType)
  if (verb === null) return null
  const url = new URL(request.path, 'https://cluster.invalid')
  const body = jsonIn(request.body)
  const ref = refFrom(url.pathname, body, catalog)
  return {
    verb,
    path: request.path,
    ref,
    dryRun: url.searchParams.get('dryRun') === 'All',
    fieldManager: url.searchParams.get('fieldManager') ?? '',
    force: url.searchParams.get('force') === 'true',
    body: ref.kind === 'Secret' ? null : body,
    at,
  }
}

function verbOf(method: string, contentType: string): Write['verb'] | null {
  switch (method) {
    case 'POST':
      return 'create'
    case 'PUT':
      return 'update'
    case 'PATCH':
      return contentType.startsWith('application/apply-patch') ? 'apply' : 'patch'
    case 'DELETE':
      return 'delete'
    default:
      return null
  }
}

function refFrom(pathname: string, body: JsonObject | null, catalog: Catalog): LabRef {
  const [, root, ...parts] = pathname.split('/').map(decodeURIComponent)
  const apiVersion = root === 'api' ? (parts[0] ?? '') : parts.slice(0, 2).join('/')
  const rest = parts.slice(root === 'api' ? 1 : 2)
  const isInNamespace = rest[0] === 'namespaces' && rest.length > 2
  const [resource = '', name] = isInNamespace ? rest.slice(2) : rest
  return {
    apiVersion,
    kind: catalog.find(apiVersion, resource)?.kind ?? '',
    ...(isInNamespace && { namespace: rest[1] ?? '' }),
    name: name ?? textAt(body, 'metadata', 'name'),
  }
}

function jsonIn(body: Buffer): JsonObject | null {
  try {
    const parsed: unknown = JSON.parse(body.toString())
    return isObject(parsed) ? parsed : null
  } catch {
    return null
  }
}
