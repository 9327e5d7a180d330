import {
  type JsonRecord,
  type KubernetesObject,
  recordAt,
  type ServedKinds,
} from '../cluster/index.ts'
import { Failure } from '../recovery/index.ts'
import { agentImageIn } from './workload.ts'

/** The versions that say the same in other words, for the kinds of an agent manifest. */
const SUCCESSORS: Readonly<Record<string, string>> = {
  'extensions/v1beta1': 'apps/v1',
  'rbac.authorization.k8s.io/v1beta1': 'rbac.authorization.k8s.io/v1',
  'policy/v1beta1': 'policy/v1',
}

/** The manifest in versions that the cluster serves, and sentences on what had to be changed for it. */
export interface Adapted {
  readonly objects: readonly KubernetesObject[]
  readonly notes: readonly string[]
}

/**
 * Old Rancher versions write API versions that Kubernetes dropped (`extensions/v1beta1` in 1.16, RBAC's `v1beta1` in 1.22).
 * What is served stays as it is; the rest becomes its successor, with a note. A namespace on a kind that has none is
 * left out. Fails with `cluster.kind-not-served`.
 */
export function adaptApiVersions(
  objects: readonly KubernetesObject[],
  served: ServedKinds,
): Adapted {
  const adapted = objects.map((object) => {
    const apiVersion = versionFor(object, served)
    const isNamespaced = served.find(apiVersion, object.kind)?.namespaced === true
    const { namespace, ...metadata } = object.metadata
    const placed = isNamespaced && namespace !== undefined ? { ...metadata, namespace } : metadata
    const needsSelector = apiVersion !== object.apiVersion && apiVersion === 'apps/v1'
    return {
      ...object,
      apiVersion,
      metadata: placed,
      ...(needsSelector && { spec: withSelector(object) }),
    }
  })
  return { objects: adapted, notes: notesOn(objects, adapted) }
}

/** One sentence for each version that was replaced, and one that such a pair of versions is not supported. */
function notesOn(
  before: readonly KubernetesObject[],
  after: readonly KubernetesObject[],
): readonly string[] {
  const changed = before.flatMap((from, index) => {
    const to = after[index]
    return to && to.apiVersion !== from.apiVersion ? [{ from, to: to.apiVersion }] : []
  })
  if (changed.length === 0) return []
  const byVersion = Map.groupBy(changed, ({ from }) => from.apiVersion)
  const notes = [...byVersion].map(([version, group]) => {
    const names = group.map(({ from }) => `${from.kind} ${from.metadata.name}`)
    const are = names.length === 1 ? 'is' : 'are'
    return `This cluster does not serve ${version}, so ${names.join(' and ')} ${are} applied as ${group[0]?.to}.`
  })
  return [...notes, unsupportedPairing(before)]
}

function versionFor({ apiVersion, kind }: KubernetesObject, served: ServedKinds): string {
  if (served.find(apiVersion, kind)) return apiVersion
  const successor = SUCCESSORS[apiVersion]
  if (successor && served.find(successor, kind)) return successor
  throw new Failure('cluster.kind-not-served', { kind: `${kind} (${apiVersion})` })
}

/** `extensions/v1beta1` took a missing selector from the template's labels; `apps/v1` wants it said. */
function withSelector(workload: KubernetesObject): JsonRecord {
  const spec = recordAt(workload, 'spec')
  if (spec.selector !== undefined) return spec
  const matchLabels = recordAt(spec, 'template', 'metadata', 'labels')
  return { ...spec, selector: { matchLabels } }
}

function unsupportedPairing(objects: readonly KubernetesObject[]): string {
  const version = /:v(\d+\.\d+\.\d+)/.exec(agentImageIn(objects) ?? '')?.[1]
  const rancher = version ? `Rancher ${version}` : 'This Rancher version'
  return `${rancher} does not support this Kubernetes version.`
}
