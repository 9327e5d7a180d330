import { isObject, type JsonObject } from '../json.ts'

/**
 * A field as managedFields name it: `f:spec`, then `f:containers`, then `k:{"name":"agent"}`, joined by line feeds. An item
 * of a keyed list also has a path of its own, ending in `.`.
 */
export type FieldPath = string

const SEPARATOR = '\n'

/** Lists whose items are told apart by these fields; every other list is replaced as a whole. */
const KEYED_LISTS: Readonly<Record<string, readonly string[]>> = {
  containers: ['name'],
  initContainers: ['name'],
  env: ['name'],
  volumes: ['name'],
  volumeMounts: ['mountPath'],
  imagePullSecrets: ['name'],
  secrets: ['name'],
  hostAliases: ['ip'],
  conditions: ['type'],
  addresses: ['type'],
  ownerReferences: ['uid'],
}

/** Objects that are replaced as a whole. */
const ATOMIC_OBJECTS = new Set(['selector', 'secretKeyRef', 'configMapKeyRef', 'resourceFieldRef'])

/** The fields that tell the items of this list apart, null for a list that is replaced as a whole. */
export function keysOfList(field: string, items: readonly unknown[]): readonly string[] | null {
  if (field === 'ports') {
    const isContainer = items.some((item) => isObject(item) && 'containerPort' in item)
    return isContainer ? ['containerPort', 'protocol'] : ['port', 'protocol']
  }
  return KEYED_LISTS[field] ?? null
}

/** An object under `selector` of a Service is a map like any other; that of a workload is replaced as a whole. */
export function isAtomicObject(field: string, value: JsonObject): boolean {
  if (field === 'selector') return 'matchLabels' in value || 'matchExpressions' in value
  return ATOMIC_OBJECTS.has(field)
}

export function keyOfItem(item: unknown, keys: readonly string[]): string {
  const pairs = keys.map((key) => {
    const value = isObject(item) ? item[key] : undefined
    return [key, value ?? (key === 'protocol' ? 'TCP' : '')]
  })
  return `k:${JSON.stringify(Object.fromEntries(pairs))}`
}

/** Every leaf of an object with its value as JSON. Items of keyed lists count as leaves too. */
export function leavesOf(object: JsonObject): Map<FieldPath, string> {
  const leaves = new Map<FieldPath, string>()
  const visit = (value: unknown, field: string, path: readonly string[]) => {
    if (isObject(value) && Object.keys(value).length > 0 && !isAtomicObject(field, value)) {
      for (const [name, child] of Object.entries(value)) visit(child, name, [...path, `f:${name}`])
      return
    }
    const keys = Array.isArray(value) && value.length > 0 ? keysOfList(field, value) : null
    if (Array.isArray(value) && keys) {
      for (const item of value) {
        const itemPath = [...path, keyOfItem(item, keys)]
        leaves.set([...itemPath, '.'].join(SEPARATOR), 'true')
        visit(item, '', itemPath)
      }
      return
    }
    leaves.set(path.join(SEPARATOR), JSON.stringify(value))
  }
  for (const [name, child] of Object.entries(object)) visit(child, name, [`f:${name}`])
  return leaves
}

/** Takes the fields out of the object, then what became empty by that. Items go before the fields that name them. */
export function removeFields(object: JsonObject, paths: readonly FieldPath[]): void {
  const isItem = (path: FieldPath) => path.endsWith(`${SEPARATOR}.`)
  const ordered = [...paths.filter(isItem), ...paths.filter((path) => !isItem(path))]
  for (const path of ordered) removeField(object, '', path.split(SEPARATOR))
}

function removeField(parent: unknown, field: string, path: readonly string[]): void {
  const [step = '', ...rest] = path
  if (isObject(parent) && step.startsWith('f:')) {
    const name = step.slice(2)
    const child = parent[name]
    if (rest.length > 0) removeField(child, name, rest)
    if (rest.length === 0 || isEmpty(parent[name])) delete parent[name]
    return
  }
  if (!Array.isArray(parent)) return
  const keys = keysOfList(field, parent)
  const index = keys ? parent.findIndex((item) => keyOfItem(item, keys) === step) : -1
  if (index < 0) return
  if (rest[0] === '.') parent.splice(index, 1)
  else removeField(parent[index], '', rest)
}

function isEmpty(value: unknown): boolean {
  return Array.isArray(value)
    ? value.length === 0
    : isObject(value) && Object.keys(value).length === 0
}

/** The tree under `fieldsV1`. */
export function fieldsV1Of(paths: Iterable<FieldPath>): JsonObject {
  const root: JsonObject = {}
  for (const path of [...paths].sort()) {
    let node = root
    for (const step of path.split(SEPARATOR)) {
      const child = node[step]
      const next: JsonObject = isObject(child) ? child : {}
      node[step] = next
      node = next
    }
  }
  return root
}

/** As conflicts name it: `.spec.template.spec.containers[name="agent"].image`. */
export function readablePath(path: FieldPath): string {
  return path
    .split(SEPARATOR)
    .map((step) => {
      if (step.startsWith('f:')) return `.${step.slice(2)}`
      if (step === '.') return ''
      const pairs = Object.entries(JSON.parse(step.slice(2)) as JsonObject)
      return `[${pairs.map(([key, value]) => `${key}=${JSON.stringify(value)}`).join(',')}]`
    })
    .join('')
}
