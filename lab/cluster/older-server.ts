import type { KubernetesRelease } from './contract.ts'
import { isObject, type JsonObject } from './json.ts'
import type { Catalog } from './simulated/catalog.ts'
import { ApiError, jsonAnswer, statusAnswer } from './simulated/status.ts'
import type { ApiAnswer, ApiRequest, Upstream } from './upstream.ts'

/** Whether a dry run is one. `checked`: other values than `All` are refused, and `All` is ignored all the same. */
type DryRun = 'honoured' | 'ignored' | 'checked'

/**
 * Makes an API server, simulated or real, behave as an older or a lying one: no server-side apply (415, fixture
 * kubernetes-old/apply-patch-refused.json), no managed fields, the parameter `dryRun` not known: what is tried is stored.
 */
export function playOlderServer(
  upstream: Upstream,
  catalog: Catalog,
  release: KubernetesRelease,
  dryRun: DryRun = release === 'old' ? 'ignored' : 'honoured',
): Upstream {
  const isOlder = release === 'old' || release === '1.14'
  if (!isOlder && dryRun === 'honoured') return upstream
  return {
    async ask(request) {
      const [pathname = '', query = ''] = request.path.split('?')
      if (isOlder && pathname === '/version') return jsonAnswer(200, catalog.document('/version'))
      if (isOlder && isApply(request)) {
        return statusAnswer(
          new ApiError(415, 'UnsupportedMediaType', '415: Unsupported Media Type', {}),
        )
      }
      const path = [pathname, queryFor(query, dryRun)].filter(Boolean).join('?')
      const answer = await upstream.ask({ ...request, path })
      return isOlder ? withoutManagedFields(answer) : answer
    },
    close: upstream.close,
  }
}

function isApply({ headers }: ApiRequest): boolean {
  return (headers['content-type'] ?? '').startsWith('application/apply-patch')
}

function queryFor(query: string, dryRun: DryRun): string {
  const parameters = new URLSearchParams(query)
  const isDropped =
    dryRun === 'ignored' || (dryRun === 'checked' && parameters.get('dryRun') === 'All')
  if (!parameters.has('dryRun') || !isDropped) return query
  parameters.delete('dryRun')
  return parameters.toString()
}

/** A watch is passed through as it is: nobody reads managed fields there. */
function withoutManagedFields(answer: ApiAnswer): ApiAnswer {
  const { body } = answer
  if (!Buffer.isBuffer(body) || !answer.contentType.startsWith('application/json')) return answer
  const parsed: unknown = JSON.parse(body.toString())
  if (!isObject(parsed)) return answer
  const items = Array.isArray(parsed.items) ? { items: parsed.items.map(cleaned) } : {}
  return { ...jsonAnswer(answer.status, { ...cleaned(parsed), ...items }) }
}

function cleaned(value: unknown): JsonObject {
  if (!isObject(value)) return {}
  if (!isObject(value.metadata)) return value
  const { managedFields: _managedFields, ...metadata } = value.metadata
  return { ...value, metadata }
}
