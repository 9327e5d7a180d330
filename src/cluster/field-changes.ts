import { canonicalJson, type FieldChange } from '../recovery/index.ts'
import { LAST_APPLIED_BY_KUBECTL, REAGENT_ANNOTATIONS } from './annotations.ts'
import type { KubernetesObject } from './contract.ts'
import { fingerprintOf } from './fingerprint.ts'
import { isRecord, type JsonRecord } from './json.ts'
import { holdsSecret } from './redact.ts'

/** What the server keeps for itself, what Reagent writes beside, and a copy of the object that may hold secrets. */
const IGNORED = new Set([
  'apiVersion',
  'kind',
  'status',
  'metadata.name',
  'metadata.namespace',
  'metadata.uid',
  'metadata.resourceVersion',
  'metadata.generation',
  'metadata.creationTimestamp',
  'metadata.managedFields',
  'metadata.selfLink',
  `metadata.annotations[${LAST_APPLIED_BY_KUBECTL}]`,
  'metadata.annotations[deployment.kubernetes.io/revision]',
  'metadata.annotations[deprecated.daemonset.template.generation]',
  ...REAGENT_ANNOTATIONS.map((name) => `metadata.annotations[${name}]`),
])

/**
 * What differs between two forms of an object, field by field, sorted by path. `before` null lists every field of
 * `after`. Values of Secrets, and values that carry credentials anywhere else, are shown as keyed fingerprints.
 */
export function fieldChanges(
  before: KubernetesObject | null,
  after: KubernetesObject,
  fingerprintKey: Uint8Array,
): readonly FieldChange[] {
  const was = before ? fieldsOf(before) : new Map<string, unknown>()
  const is = fieldsOf(after)
  const show = (path: string, value: unknown) =>
    secretText(after.kind, path, value, fingerprintKey) ?? canonicalJson(value)
  return [...new Set([...was.keys(), ...is.keys()])].sort().flatMap((path) => {
    const from = was.has(path) ? show(path, was.get(path)) : undefined
    const to = is.has(path) ? show(path, is.get(path)) : undefined
    if (from === to) return []
    return [{ path, ...(from !== undefined && { from }), ...(to !== undefined && { to }) }]
  })
}

function secretText(
  kind: string,
  path: string,
  value: unknown,
  fingerprintKey: Uint8Array,
): string | null {
  const text = typeof value === 'string' ? value : canonicalJson(value)
  if (kind === 'Secret' && /^data[.[]/.test(path)) {
    return fingerprintOf(fingerprintKey, Buffer.from(text, 'base64'))
  }
  const isSecret = holdsSecret(text) || (kind === 'Secret' && path.startsWith('stringData'))
  return isSecret ? fingerprintOf(fingerprintKey, text) : null
}

/** The leaves of an object by path. Lists whose items have names are keyed by them, other lists are one leaf. */
function fieldsOf(object: KubernetesObject): Map<string, unknown> {
  const fields = new Map<string, unknown>()
  collect(object, '', fields)
  return fields
}

function collect(value: unknown, path: string, fields: Map<string, unknown>): void {
  if (value === null || value === undefined || IGNORED.has(path)) return
  if (Array.isArray(value)) {
    const keyed = keyedItems(value, path)
    if (!keyed) return void fields.set(path, value)
    for (const [key, item, rest] of keyed) {
      if (Object.keys(rest).length === 0) fields.set(`${path}[${key}]`, item)
      else collect(rest, `${path}[${key}]`, fields)
    }
    return
  }
  if (!isRecord(value)) return void fields.set(path, value)
  const entries = Object.entries(value)
  if (entries.length === 0 && path !== '') fields.set(path, value)
  for (const [name, member] of entries) collect(member, join(path, name), fields)
}

function keyedItems(
  items: readonly unknown[],
  path: string,
): readonly (readonly [string, JsonRecord, JsonRecord])[] | null {
  const field = path.endsWith('.volumeMounts') ? 'mountPath' : 'name'
  const keyed = items.flatMap((item) => {
    if (!isRecord(item) || typeof item[field] !== 'string') return []
    const { [field]: key, ...rest } = item
    return [[String(key), item, rest] as const]
  })
  const isUnambiguous = new Set(keyed.map(([key]) => key)).size === items.length
  return items.length > 0 && isUnambiguous ? keyed : null
}

function join(path: string, name: string): string {
  if (path === '') return name
  return /^[\w-]+$/.test(name) ? `${path}.${name}` : `${path}[${name}]`
}
