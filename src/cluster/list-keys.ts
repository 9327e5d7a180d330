import { isRecord } from './json.ts'

/**
 * Lists of a pod whose items an apply tells apart by these fields; every other list is replaced as a whole, tolerations among
 * them (`x-kubernetes-list-map-keys` and `patchMergeKey` in the OpenAPI document of Kubernetes 1.20).
 */
const KEYS_IN_PODS: Readonly<Record<string, readonly string[]>> = {
  containers: ['name'],
  initContainers: ['name'],
  env: ['name'],
  volumes: ['name'],
  volumeMounts: ['mountPath'],
  imagePullSecrets: ['name'],
  hostAliases: ['ip'],
  topologySpreadConstraints: ['topologyKey', 'whenUnsatisfiable'],
}

/** The fields that tell the items of the list at `path` apart, null for a list that is replaced as a whole. */
export function keysOfList(path: string, items: readonly unknown[]): readonly string[] | null {
  if (path === 'secrets') return ['name']
  if (!path.startsWith('spec.')) return null
  const field = path.slice(path.lastIndexOf('.') + 1)
  if (field !== 'ports') return KEYS_IN_PODS[field] ?? null
  const isContainer = items.some((item) => isRecord(item) && 'containerPort' in item)
  return [isContainer ? 'containerPort' : 'port', 'protocol']
}

/** What names an item in a path, such as `CATTLE_SERVER` or `80/TCP`. */
export function keyOfItem(item: unknown, keys: readonly string[]): string {
  const values = keys.map((key) => {
    const value = isRecord(item) ? item[key] : undefined
    return String(value ?? (key === 'protocol' ? 'TCP' : ''))
  })
  return values.join('/')
}

/** Objects that an apply replaces as a whole (`x-kubernetes-map-type: atomic`). A Service's selector is a map like any other. */
export function isReplacedWhole(path: string, value: Readonly<Record<string, unknown>>): boolean {
  const field = path.slice(path.lastIndexOf('.') + 1)
  if (field === 'selector') return 'matchLabels' in value || 'matchExpressions' in value
  return ['secretKeyRef', 'configMapKeyRef', 'resourceFieldRef'].includes(field)
}

/** The path of a member: `spec.replicas`, `metadata.annotations[reagent/run]`. */
export function memberPath(path: string, name: string): string {
  if (path === '') return name
  return /^[\w-]+$/.test(name) ? `${path}.${name}` : `${path}[${name}]`
}
