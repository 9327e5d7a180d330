import { type JsonObject, objectIn, refill, textIn } from './recorded.ts'

/** A recorded empty or small collection, and the query that its sort links carry. */
export interface CollectionTemplate {
  readonly recording: JsonObject
  readonly recordedQuery: string
  /** Default: that of the 2.1.5 recordings. */
  readonly recordedHost?: string
}

const NOT_FILTERS = new Set(['limit', 'marker', 'sort', 'order'])

/**
 * A collection as Rancher's API shows it: filters by the query's fields, at most `limit` items from the id `marker` on, and a
 * `next` link when there is more.
 */
export function collectionAnswer(
  template: CollectionTemplate,
  records: readonly JsonObject[],
  url: URL,
): JsonObject {
  const filters = [...url.searchParams].filter(([name]) => !NOT_FILTERS.has(name))
  const matching = records.filter((record) =>
    filters.every(([name, value]) => String(record[name] ?? '') === value),
  )
  const limit = Math.min(Number(url.searchParams.get('limit')) || 1000, 1000)
  const marker = url.searchParams.get('marker')
  const start =
    marker === null
      ? 0
      : Math.max(
          0,
          matching.findIndex(({ id }) => id === marker),
        )
  const following = matching[start + limit]
  const query = filters.map(([name, value]) => `${name}=${encodeURIComponent(value)}&`).join('')
  const collection = refill(template.recording, [
    [template.recordedHost ?? 'rancher.example.com', url.host],
    [`?${template.recordedQuery}`, `?${query}`],
  ])
  const noFilters = Object.fromEntries(
    Object.keys(objectIn(collection.filters)).map((name) => [name, null]),
  )
  return {
    ...collection,
    pagination: {
      limit,
      total: matching.length,
      ...(following && { next: nextLink(url, limit, textIn(following.id)), partial: true }),
    },
    filters: {
      ...noFilters,
      ...Object.fromEntries(filters.map(([name, value]) => [name, [{ modifier: 'eq', value }]])),
    },
    data: matching.slice(start, start + limit),
  }
}

function nextLink(url: URL, limit: number, marker: string): string {
  const next = new URL(url)
  next.searchParams.set('limit', String(limit))
  next.searchParams.set('marker', marker)
  return next.href
}
