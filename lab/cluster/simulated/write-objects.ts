import { isObject, isSameJson, type JsonObject, objectAt, objectFor, textAt } from '../json.ts'
import type { Resource } from './catalog.ts'
import { withDefaults } from './defaults.ts'
import { type Asker, applyFields, isSameManaged, type Managed, updateFields } from './managers.ts'
import type { Target } from './request.ts'
import { ApiError, alreadyExists, badRequest, conflict, invalid, notFound } from './status.ts'
import type { Store } from './store.ts'
import { validate } from './validate.ts'

/** One write, as all of them need it. */
export interface Write {
  readonly target: Target
  readonly asker: Asker
  readonly dryRun: boolean
}

/** Creates, replaces, applies, patches and deletes in a store, by the rules of Kubernetes 1.20. Failures are `ApiError`s. */
export function createWriter(store: Store, newUid: () => string) {
  const find = ({ resource, namespace, name }: Target) => store.find(resource, namespace, name)

  const needNamespace = ({ resource, namespace, name }: Target) => {
    if (!resource.namespaced) return
    const found = store.find(NAMESPACES, '', namespace)
    if (!found) throw notFound(NAMESPACES, namespace)
    if (textAt(found.object, 'status', 'phase') !== 'Terminating') return
    const why = `unable to create new content in namespace ${namespace} because it is being terminated`
    const message = `${resource.resource} "${name}" is forbidden: ${why}`
    throw new ApiError(403, 'Forbidden', message, { name, kind: resource.resource })
  }

  const keep = ({ target, dryRun }: Write, next: Managed, before: Managed | undefined): Managed => {
    validate(next.object, before?.object ?? null, target.resource)
    if (before && isSameManaged(before, next)) return before
    if (dryRun) return next
    return store.put(target.resource, target.namespace, target.name, next)
  }

  /** Server's own fields on top of what a client wrote; status is not a client's to write. */
  const finished =
    ({ resource, namespace, name }: Target, time: string, before: JsonObject | null) =>
    (object: JsonObject): JsonObject => {
      const completed = withDefaults(object, resource)
      const live = objectAt(before, 'metadata')
      const metadata = objectFor(completed, 'metadata')
      const { annotations: _annotations, labels: _labels, ...liveSystem } = live
      const system = before
        ? pick(liveSystem, SYSTEM_FIELDS)
        : { uid: newUid(), creationTimestamp: time }
      completed.metadata = { ...without(metadata, SYSTEM_FIELDS), name, ...system }
      const written = objectFor(completed, 'metadata')
      if (resource.namespaced) written.namespace = namespace
      else delete written.namespace
      if (resource.hasStatus) {
        completed.status = before ? (before.status ?? {}) : initialStatus(resource, completed)
      }
      if (resource.kind === 'DaemonSet' && !before) {
        const annotations = objectFor(written, 'annotations')
        annotations['deprecated.daemonset.template.generation'] = '1'
      }
      const generation = nextGeneration(resource, before, completed)
      if (generation !== null) written.generation = generation
      return completed
    }

  const refuseStale = ({ resource, name }: Target, sent: JsonObject, before: JsonObject) => {
    const version = textAt(sent, 'metadata', 'resourceVersion')
    if (version && version !== textAt(before, 'metadata', 'resourceVersion')) {
      throw conflict(resource, name)
    }
  }

  return {
    create(write: Write, sent: JsonObject): Managed {
      const { target, asker } = write
      needNamespace(target)
      if (find(target)) throw alreadyExists(target.resource, target.name)
      if (textAt(sent, 'metadata', 'resourceVersion')) {
        throw new ApiError(500, null, 'resourceVersion should not be set on objects to be created')
      }
      const object = finished(target, asker.time, null)(sent)
      return keep(write, updateFields(null, object, asker), undefined)
    },
    replace(write: Write, sent: JsonObject): Managed {
      const { target, asker } = write
      const before = find(target)
      const uid = textAt(sent, 'metadata', 'uid')
      const liveUid = textAt(before?.object, 'metadata', 'uid')
      if (uid && uid !== liveUid) {
        const where = [target.resource.resource, target.namespace, target.name].filter(Boolean)
        const why = `StorageError: invalid object, Code: 4, Key: /registry/${where.join('/')}, ResourceVersion: 0, AdditionalErrorMsg: Precondition failed: UID in precondition: ${uid}, UID in object meta: ${liveUid}`
        throw conflict(target.resource, target.name, why)
      }
      if (!before) throw notFound(target.resource, target.name)
      refuseStale(target, sent, before.object)
      const object = finished(target, asker.time, before.object)(sent)
      return keep(write, updateFields(before, object, asker), before)
    },
    apply(
      write: Write,
      sent: JsonObject,
      force: boolean,
    ): { readonly managed: Managed; readonly isNew: boolean } {
      const { target, asker } = write
      const before = find(target)
      const uid = textAt(sent, 'metadata', 'uid')
      if (!before) {
        if (uid) {
          const why = `uid mismatch: the provided object specified uid ${uid}, and no existing object was found`
          throw conflict(target.resource, target.name, why)
        }
        needNamespace(target)
      } else {
        if (uid && uid !== textAt(before.object, 'metadata', 'uid')) throw otherUid(target, uid)
        refuseStale(target, sent, before.object)
      }
      const finish = finished(target, asker.time, before?.object ?? null)
      const applied = applyFields(before ?? null, sent, asker, force, finish)
      return { managed: keep(write, applied, before), isNew: !before }
    },
    patch(write: Write, change: (live: JsonObject) => unknown): Managed {
      const { target, asker } = write
      const before = find(target)
      if (!before) throw notFound(target.resource, target.name)
      const changed = change(before.object)
      if (!isObject(changed)) throw badRequest('the patch does not leave an object')
      refuseStale(target, changed, before.object)
      const object =
        target.subresource === 'status'
          ? { ...before.object, status: changed.status }
          : finished(target, asker.time, before.object)(changed)
      return keep(write, updateFields(before, object, asker), before)
    },
    /** Gives the object as it was, or is until its kubelet has stopped it. */
    remove(
      write: Write,
      gracePeriodSeconds: number | null,
    ): { readonly managed: Managed; readonly isGone: boolean } {
      const { target, dryRun, asker } = write
      const { resource, namespace, name } = target
      const before = find(target)
      if (!before) throw notFound(resource, name)
      const isRunning = resource.kind === 'Pod' && textAt(before.object, 'spec', 'nodeName') !== ''
      if (isRunning && gracePeriodSeconds !== 0) {
        const seconds = gracePeriodSeconds ?? 30
        const metadata = {
          ...objectAt(before.object, 'metadata'),
          deletionTimestamp: inSeconds(asker.time, seconds),
          deletionGracePeriodSeconds: seconds,
        }
        const ending = { ...before, object: { ...before.object, metadata } }
        return {
          managed: dryRun ? ending : store.put(resource, namespace, name, ending),
          isGone: false,
        }
      }
      const finalizers = objectAt(before.object, 'metadata').finalizers
      if (resource.kind === 'Namespace' && Array.isArray(finalizers) && finalizers.length > 0) {
        const metadata = { ...objectAt(before.object, 'metadata'), deletionTimestamp: asker.time }
        const status = { ...objectAt(before.object, 'status'), phase: 'Terminating' }
        const ending = { ...before, object: { ...before.object, metadata, status } }
        return {
          managed: dryRun ? ending : store.put(resource, namespace, name, ending),
          isGone: false,
        }
      }
      if (!dryRun && resource.kind === 'Namespace') store.removeNamespace(name)
      else if (!dryRun) store.remove(resource, namespace, name)
      return { managed: before, isGone: true }
    },
  }
}

const SYSTEM_FIELDS = [
  'uid',
  'resourceVersion',
  'generation',
  'creationTimestamp',
  'deletionTimestamp',
  'deletionGracePeriodSeconds',
  'managedFields',
  'selfLink',
] as const

const NAMESPACES: Resource = {
  apiVersion: 'v1',
  group: '',
  resource: 'namespaces',
  kind: 'Namespace',
  namespaced: false,
  hasStatus: true,
}

/** Workloads count changes of their spec; a Deployment also counts those of its annotations (seen on 1.20.2). */
function nextGeneration(
  { group, kind }: Resource,
  before: JsonObject | null,
  now: JsonObject,
): number | null {
  if (group !== 'apps' && group !== 'policy' && group !== 'extensions') return null
  if (!before) return 1
  const last = Number(objectAt(before, 'metadata').generation ?? 1)
  const counted = (object: JsonObject) => ({
    spec: object.spec,
    ...(kind === 'Deployment' && { annotations: objectAt(object, 'metadata').annotations ?? {} }),
  })
  return isSameJson(counted(before), counted(now)) ? last : last + 1
}

/** Nodes come with their status; other objects start without. */
function initialStatus({ kind }: Resource, object: JsonObject): unknown {
  switch (kind) {
    case 'Node':
      return object.status ?? {}
    case 'Pod':
      return { phase: 'Pending', qosClass: 'BestEffort' }
    case 'Namespace':
      return { phase: 'Active' }
    case 'DaemonSet':
      return {
        currentNumberScheduled: 0,
        numberMisscheduled: 0,
        desiredNumberScheduled: 0,
        numberReady: 0,
      }
    default:
      return {}
  }
}

function otherUid({ resource, name }: Target, uid: string): ApiError {
  const message = `Invalid value: "${uid}": field is immutable`
  return invalid(resource, name, [{ reason: 'FieldValueInvalid', message, field: 'metadata.uid' }])
}

function inSeconds(time: string, seconds: number): string {
  return new Date(Date.parse(time) + seconds * 1000).toISOString().replace(/\.\d+Z$/, 'Z')
}

function pick(object: JsonObject, fields: readonly string[]): JsonObject {
  return Object.fromEntries(Object.entries(object).filter(([field]) => fields.includes(field)))
}

function without(object: JsonObject, fields: readonly string[]): JsonObject {
  return Object.fromEntries(Object.entries(object).filter(([field]) => !fields.includes(field)))
}
