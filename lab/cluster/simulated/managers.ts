import { isSameJson, type JsonObject } from '../json.ts'
import { type FieldPath, fieldsV1Of, leavesOf, readablePath, removeFields } from './field-paths.ts'
import { mergeApplied } from './merge.ts'
import { ApiError } from './status.ts'

/** Who owns which fields, and by which kind of request. */
export interface Manager {
  readonly manager: string
  readonly operation: 'Apply' | 'Update'
  readonly apiVersion: string
  readonly time: string
  readonly fields: ReadonlySet<FieldPath>
}

export interface Managed {
  readonly object: JsonObject
  readonly managers: readonly Manager[]
}

/** Who asks: fields that change become theirs. */
export type Asker = Pick<Manager, 'manager' | 'apiVersion' | 'time'>

/** Fields that nobody owns. */
const UNOWNED =
  /^f:(apiVersion|kind|metadata\nf:(name|namespace|uid|resourceVersion|generation|creationTimestamp|deletionTimestamp|deletionGracePeriodSeconds|selfLink))$/

/**
 * A server-side apply. `finish` puts defaults in. Fields of this manager's last apply that are no longer sent and that
 * nobody else owns are removed. Fails with 409 when a changed field is another's and `force` is not set
 * (`apply-conflict.json`).
 */
export function applyFields(
  live: Managed | null,
  sent: JsonObject,
  asker: Asker,
  force: boolean,
  finish: (object: JsonObject) => JsonObject,
): Managed {
  const managers = live?.managers ?? []
  const isOwn = ({ manager, operation }: Manager) =>
    manager === asker.manager && operation === 'Apply'
  const others = managers.filter((manager) => !isOwn(manager))
  const before = live ? leavesOf(live.object) : new Map<FieldPath, string>()
  const fields = ownable(leavesOf(sent).keys())
  const merged = mergeApplied(live?.object ?? {}, sent) as JsonObject
  const after = leavesOf(merged)
  const isTaken = (path: FieldPath) => fields.has(path) && before.get(path) !== after.get(path)
  if (!force) refuseConflicts(others, isTaken)
  const remaining = others.map((manager) => without(manager, isTaken))

  const last = managers.find(isOwn)?.fields ?? new Set<FieldPath>()
  const kept = new Set([...fields, ...remaining.flatMap((manager) => [...manager.fields])])
  const dropped = [...last].filter((path) => !isStillOwned(path, kept))
  const pruned = structuredClone(merged)
  removeFields(pruned, dropped)
  const own: Manager = { ...asker, operation: 'Apply', fields }
  return { object: finish(pruned), managers: withoutEmpty([own, ...remaining]) }
}

/** Any other write: what changed becomes the asker's, and is taken from everybody else. */
export function updateFields(live: Managed | null, object: JsonObject, asker: Asker): Managed {
  const before = live ? leavesOf(live.object) : new Map<FieldPath, string>()
  const after = leavesOf(object)
  const all = new Set([...before.keys(), ...after.keys()])
  const changed = ownable([...all].filter((path) => before.get(path) !== after.get(path)))
  const managers = live?.managers ?? []
  const isOwn = ({ manager, operation, apiVersion }: Manager) =>
    manager === asker.manager && operation === 'Update' && apiVersion === asker.apiVersion
  const own = managers.find(isOwn)
  if (changed.size === 0) return { object, managers }
  const owned = [...(own?.fields ?? []), ...changed].filter((path) => after.has(path))
  const updated: Manager = { ...asker, operation: 'Update', fields: new Set(owned) }
  const others = managers.filter((manager) => !isOwn(manager))
  return {
    object,
    managers: withoutEmpty([
      ...others.map((other) => without(other, (path) => changed.has(path))),
      updated,
    ]),
  }
}

/** Whether two states differ in more than when fields were last written. */
export function isSameManaged(left: Managed, right: Managed): boolean {
  const untimed = ({ managers }: Managed) =>
    managers.map(({ time: _time, fields, ...manager }) => ({
      ...manager,
      fields: [...fields].sort(),
    }))
  return isSameJson(left.object, right.object) && isSameJson(untimed(left), untimed(right))
}

/** `metadata.managedFields`; those who apply come first. */
export function managedFieldsOf(managers: readonly Manager[]): readonly JsonObject[] {
  const rank = ({ operation }: Manager) => (operation === 'Apply' ? 0 : 1)
  return [...managers]
    .sort((left, right) => rank(left) - rank(right))
    .map(({ fields, ...manager }) => ({
      ...manager,
      fieldsType: 'FieldsV1',
      fieldsV1: fieldsV1Of(fields),
    }))
}

function refuseConflicts(others: readonly Manager[], isTaken: (path: FieldPath) => boolean): void {
  const found = others.flatMap((other) => {
    const fields = [...other.fields].filter(isTaken).map(readablePath)
    const version = other.operation === 'Update' ? ` using ${other.apiVersion}` : ''
    return fields.length > 0 ? [{ who: `"${other.manager}"${version}`, fields }] : []
  })
  const causes = found.flatMap(({ who, fields }) =>
    fields.map((field) => ({
      reason: 'FieldManagerConflict',
      message: `conflict with ${who}`,
      field,
    })),
  )
  const [first] = causes
  if (!first) return
  const message =
    causes.length === 1
      ? `Apply failed with 1 conflict: ${first.message}: ${first.field}`
      : `Apply failed with ${causes.length} conflicts: ${found
          .map(({ who, fields }) =>
            [`conflicts with ${who}:`, ...fields.map((field) => `- ${field}`)].join('\n'),
          )
          .join('\n')}`
  throw new ApiError(409, 'Conflict', message, { causes })
}

/** An item of a keyed list stays as long as somebody owns anything in it. */
function isStillOwned(path: FieldPath, owned: ReadonlySet<FieldPath>): boolean {
  if (owned.has(path)) return true
  if (!path.endsWith('\n.')) return false
  const item = path.slice(0, -1)
  return [...owned].some((other) => other.startsWith(item))
}

function without(manager: Manager, isLost: (path: FieldPath) => boolean): Manager {
  return { ...manager, fields: new Set([...manager.fields].filter((path) => !isLost(path))) }
}

function withoutEmpty(managers: readonly Manager[]): readonly Manager[] {
  return managers.filter(({ fields }) => fields.size > 0)
}

function ownable(paths: Iterable<FieldPath>): Set<FieldPath> {
  return new Set([...paths].filter((path) => !UNOWNED.test(path)))
}
