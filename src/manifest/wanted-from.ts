import {
  type AgentSurroundings,
  type JsonRecord,
  type KubernetesObject,
  numberAt,
  recordAt,
  recordsAt,
  textAt,
} from '../cluster/index.ts'
import { PULL_SECRET, rebuiltFor, restoredOn } from './added-fields.ts'
import { FEATURES, withFeatures } from './agent-features.ts'
import { keptFields } from './kept-fields.ts'
import { containersOf, isSendable, isWorkload, named, podSpecOf } from './workload.ts'

/** What to apply, and a sentence for each workload about what stays as it is. */
export interface Wanted {
  readonly objects: readonly KubernetesObject[]
  readonly notes: readonly string[]
}

/** What the import manifest lacks, for the cluster agent. */
export interface Lacking {
  /** The value of CATTLE_FEATURES; null: the version needs none, or Rancher does not say, and a live value stays. */
  readonly features: string | null
  readonly surroundings: AgentSurroundings
}

/**
 * Turns a manifest into the smallest change that reconnects the agents. What is not there yet is wanted whole, and so are
 * all fields of other kinds than workloads. Of a Deployment or DaemonSet that is there only these are sent: the variables that the
 * manifest names, the image, the credentials volume with its mount, the service account, and one replica where it has none. A
 * variable that the manifest names comes from Rancher, also one of `agentEnvVars` or STRICT_VERIFY, so the manifest wins.
 *
 * The import manifest lacks what Rancher's own has (tolerations of tainted nodes, pull secrets, priority class), so sending
 * it whole would take that away (rancher/rancher pkg/api/norman/customization/clusterregistrationtokens/import.go).
 */
export function wantedFrom(
  manifest: readonly KubernetesObject[],
  liveLookup: (object: KubernetesObject) => KubernetesObject | null,
  { features, surroundings: found }: Lacking,
): Wanted {
  const bringsRegistry = manifest.some(({ metadata }) => metadata.name === PULL_SECRET)
  const surroundings = { ...found, privateRegistry: found.privateRegistry || bringsRegistry }
  const wanted = manifest.map((object) => {
    if (!isWorkload(object)) return { object, notes: [] }
    const live = liveLookup(object)
    const isClusterAgent = object.kind === 'Deployment'
    const whole = isClusterAgent && features !== null ? featured(object, features) : object
    if (!isClusterAgent) {
      return live
        ? { object: changeOf(whole, live), notes: keptNotes(whole, live) }
        : { object, notes: [] }
    }
    const added = live ? restoredOn(live, surroundings) : rebuiltFor(whole, surroundings)
    return {
      object: withPodSpec(live ? changeOf(whole, live) : whole, added.podSpec),
      notes: [...added.notes, ...(live ? keptNotes(whole, live, added.podSpec) : [])],
    }
  })
  return {
    objects: wanted.map(({ object }) => object),
    notes: wanted.flatMap(({ notes }) => notes),
  }
}

function featured(deployment: KubernetesObject, features: string): KubernetesObject {
  const containers = containersOf(deployment).map((container, index) =>
    index === 0
      ? { ...container, env: withFeatures(recordsAt(container, 'env'), features) }
      : container,
  )
  return withPodSpec(deployment, { containers })
}

/** The workload with some fields of its pod template replaced. */
function withPodSpec(workload: KubernetesObject, fields: JsonRecord): KubernetesObject {
  const [spec, template] = [recordAt(workload, 'spec'), recordAt(workload, 'spec', 'template')]
  return {
    ...workload,
    spec: { ...spec, template: { ...template, spec: { ...podSpecOf(workload), ...fields } } },
  }
}

function changeOf(workload: KubernetesObject, live: KubernetesObject): KubernetesObject {
  const podSpec = podSpecOf(workload)
  const livePodSpec = podSpecOf(live)
  const volumes = recordsAt(podSpec, 'volumes').filter(holdsCredentials)
  const liveContainers = containersOf(live)
  const { apiVersion, kind, metadata } = workload
  return {
    apiVersion,
    kind,
    metadata: {
      name: metadata.name,
      ...(metadata.namespace !== undefined && { namespace: metadata.namespace }),
    },
    spec: {
      ...(numberAt(live, 'spec', 'replicas') === 0 && { replicas: 1 }),
      template: {
        spec: {
          ...(podSpec.serviceAccountName !== undefined && {
            serviceAccountName: podSpec.serviceAccountName,
          }),
          containers: containersOf(workload).map((container) => {
            const there = named(liveContainers, container.name)
            return there ? containerChange(container, there, volumes) : container
          }),
          volumes: volumes.map((volume) =>
            volumeChange(volume, named(recordsAt(livePodSpec, 'volumes'), volume.name)),
          ),
        },
      },
    },
  }
}

/** The mount is sent also when it is there: what an apply leaves out, it takes away again if an earlier one brought it. */
function containerChange(
  container: JsonRecord,
  live: JsonRecord,
  volumes: readonly JsonRecord[],
): JsonRecord {
  const mounts = recordsAt(container, 'volumeMounts').filter(({ name }) => named(volumes, name))
  return {
    name: container.name,
    image: container.image,
    env: featuresKept(recordsAt(container, 'env'), live).filter((entry) => isSendable(entry, live)),
    ...(mounts.length > 0 && { volumeMounts: mounts }),
  }
}

/**
 * Where Rancher says no features, the manifest has none (2.6 and later) or an empty text (2.4 and 2.5). The live value is sent along
 * then, so that it stays also where an earlier apply of Reagent brought it.
 */
function featuresKept(env: readonly JsonRecord[], live: JsonRecord): readonly JsonRecord[] {
  const features = textAt(named(recordsAt(live, 'env'), FEATURES), 'value')
  return features && !textAt(named(env, FEATURES), 'value') ? withFeatures(env, features) : env
}

function volumeChange(volume: JsonRecord, live: JsonRecord | undefined): JsonRecord {
  const mode = numberAt(live, 'secret', 'defaultMode') ?? numberAt(volume, 'secret', 'defaultMode')
  return {
    name: volume.name,
    secret: {
      secretName: textAt(volume, 'secret', 'secretName'),
      ...(mode !== null && { defaultMode: mode }),
    },
  }
}

function holdsCredentials(volume: JsonRecord): boolean {
  return textAt(volume, 'secret', 'secretName')?.startsWith('cattle-credentials-') ?? false
}

function keptNotes(
  workload: KubernetesObject,
  live: KubernetesObject,
  added: JsonRecord = {},
): readonly string[] {
  const livePodSpec = podSpecOf(live)
  const kept = keptFields(workload, live).filter(
    (field) => !(field in added) || added[field] === livePodSpec[field],
  )
  if (kept.length === 0) return []
  return [
    `${workload.kind} ${workload.metadata.name} keeps its own ${kept.join(', ')}: the manifest has others or none.`,
  ]
}
