/** A JSON object that may be changed while it is built. */
export type JsonObject = { [field: string]: unknown }

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

export function valueAt(value: unknown, ...path: readonly string[]): unknown {
  return path.reduce<unknown>((found, field) => (isObject(found) ? found[field] : undefined), value)
}

/** The object there, `{}` for anything else. */
export function objectAt(value: unknown, ...path: readonly string[]): JsonObject {
  const found = valueAt(value, ...path)
  return isObject(found) ? found : {}
}

/** The objects of the list there, `[]` for anything else. */
export function objectsAt(value: unknown, ...path: readonly string[]): readonly JsonObject[] {
  const found = valueAt(value, ...path)
  return Array.isArray(found) ? found.filter(isObject) : []
}

/** The text there, `''` for anything else. */
export function textAt(value: unknown, ...path: readonly string[]): string {
  const found = valueAt(value, ...path)
  return typeof found === 'string' ? found : ''
}

export function numberAt(value: unknown, ...path: readonly string[]): number | undefined {
  const found = valueAt(value, ...path)
  return typeof found === 'number' ? found : undefined
}

/** The object there, put there when it is missing. */
export function objectFor(parent: JsonObject, field: string): JsonObject {
  const found = parent[field]
  if (isObject(found)) return found
  const created: JsonObject = {}
  parent[field] = created
  return created
}

/** The same JSON, whatever the order of the members. */
export function isSameJson(left: unknown, right: unknown): boolean {
  return canonical(left) === canonical(right)
}

export function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, found: unknown) =>
    isObject(found)
      ? Object.fromEntries(Object.entries(found).sort(([left], [right]) => (left < right ? -1 : 1)))
      : found,
  )
}
