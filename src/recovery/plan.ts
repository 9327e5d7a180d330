import { createHash } from 'node:crypto'
import { canonicalJson } from './canonical-json.ts'

/** Which Kubernetes object. `namespace` is absent for cluster-scoped kinds. */
export interface ObjectRef {
  readonly apiVersion: string
  readonly kind: string
  readonly namespace?: string
  readonly name: string
}

/**
 * One field that would change. `path` is written as people write it
 * (`spec.template.spec.containers[cluster-register].env[CATTLE_CA_CHECKSUM].value`); `from` and `to` are JSON text, or a keyed
 * fingerprint (`fp:…`) where the value is secret. Absent means that the field is not there.
 */
export interface FieldChange {
  readonly path: string
  readonly from?: string
  readonly to?: string
}

/** What would happen to one object. `takesOverFrom` names field managers whose fields the apply forces. */
export interface PlannedObject {
  readonly ref: ObjectRef
  readonly action: 'create' | 'update' | 'unchanged'
  readonly changes: readonly FieldChange[]
  readonly takesOverFrom: readonly string[]
}

/**
 * Something that is asked of Rancher itself once the objects are in place: to push its own manifest through the tunnel. It is a write
 * like the others, of an annotation on Rancher's record of the cluster.
 */
export interface RancherStep {
  readonly ask: 'push-own-manifest'
  /** Rancher's id of the cluster. */
  readonly cluster: string
  readonly annotation: string
  readonly value: string
}

/** Everything an approval covers. Two plans with equal effects have equal digests, whoever computed them. */
export interface PlanEffects {
  readonly cluster: { readonly id: string; readonly name: string; readonly uid: string }
  readonly rancherUrl: string
  /** SHA-256 of Rancher's `cacerts` as agents compute it, `''` when Rancher uses a public authority. */
  readonly caChecksum: string
  readonly agentImage: string
  /** In the order in which they are applied. */
  readonly objects: readonly PlannedObject[]
  /** In order, after the objects. Absent where Rancher is asked for nothing. */
  readonly rancher?: readonly RancherStep[]
}

export interface Plan {
  readonly digest: string
  readonly effects: PlanEffects
  /** Pods that restart because their template changes. */
  readonly restartsPods: number
  /** Sentences the approver should read: adapted API versions, what was kept, a token that was created. */
  readonly notes: readonly string[]
}

/** The SHA-256 over the canonical effects, in hex: what an approval is an approval of. */
export function digestOf(effects: PlanEffects): string {
  return createHash('sha256').update(canonicalJson(effects)).digest('hex')
}

/** The first eight hex digits, as people see them on the card. */
export function shortDigest(digest: string): string {
  return digest.slice(0, 8)
}

/** The objects that an apply writes; the others stay as they are. */
export function writesOf(plan: Plan): readonly PlannedObject[] {
  return plan.effects.objects.filter((object) => object.action !== 'unchanged')
}

/** What Rancher is asked for. */
export function stepsOf(plan: Plan): readonly RancherStep[] {
  return plan.effects.rancher ?? []
}

/** The names of everything that an apply writes, in its order: objects, then what Rancher is asked for. */
export function writeNamesOf(plan: Plan): readonly string[] {
  return [...writesOf(plan).map(({ ref }) => nameOf(ref)), ...stepsOf(plan).map(nameOfStep)]
}

/** `Annotation io.cattle.agent.force.deploy on c-abc12 in Rancher`. */
export function nameOfStep({ annotation, cluster }: RancherStep): string {
  return `Annotation ${annotation} on ${cluster} in Rancher`
}

/** `Deployment cattle-system/cattle-cluster-agent`, the way people name an object. */
export function nameOf(ref: ObjectRef): string {
  return ref.namespace ? `${ref.kind} ${ref.namespace}/${ref.name}` : `${ref.kind} ${ref.name}`
}
