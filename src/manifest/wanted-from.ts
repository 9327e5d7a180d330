import {
  type JsonRecord,
  type KubernetesObject,
  numberAt,
  recordsAt,
  textAt,
} from '../cluster/index.ts'
import { keptFields } from './kept-fields.ts'
import { containersOf, isWorkload, named, podSpecOf } from './workload.ts'

/** What to apply, and a sentence for each workload about what stays as it is. */
export interface Wanted {
  readonly objects: readonly KubernetesObject[]
  readonly notes: readonly string[]
}

/**
 * Turns a manifest into the smallest change that reconnects the agents. What is not there yet is wanted whole, and so are
 * all fields of other kinds than workloads. Of a Deployment or DaemonSet that is there only these are sent: the CATTLE_*
 * variables, the image, the credentials volume with its mount, the service account, and one replica where it has none.
 *
 * The import manifest lacks what Rancher's own has (tolerations of tainted nodes, pull secrets, priority class), so sending
 * it whole would take that away (rancher/rancher pkg/api/norman/customization/clusterregistrationtokens/import.go).
 */
export function wantedFrom(
  manifest: readonly KubernetesObject[],
  liveLookup: (object: KubernetesObject) => KubernetesObject | null,
): Wanted {
  const wanted = manifest.map((object) => {
    const live = isWorkload(object) ? liveLookup(object) : null
    return live ? { object: changeOf(object, live), notes: keptNotes(object, live) } : { object }
  })
  return {
    objects: wanted.map(({ object }) => object),
    notes: wanted.flatMap(({ notes }) => notes ?? []),
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
  const env = recordsAt(container, 'env').filter(isAgentVariable)
  return {
    name: container.name,
    image: container.image,
    env: [...env, ...featuresKept(env, live)],
    ...(mounts.length > 0 && { volumeMounts: mounts }),
  }
}

/**
 * An agent of Rancher 2.6 or later without CATTLE_FEATURES never becomes connected, and the import manifest has none: the
 * live value is sent along, so that it stays also where an earlier apply of Reagent brought it.
 */
function featuresKept(env: readonly JsonRecord[], live: JsonRecord): readonly JsonRecord[] {
  const features = named(recordsAt(live, 'env'), 'CATTLE_FEATURES')
  return features && !named(env, 'CATTLE_FEATURES') ? [features] : []
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

function isAgentVariable({ name }: JsonRecord): boolean {
  return typeof name === 'string' && name.startsWith('CATTLE_')
}

function keptNotes(workload: KubernetesObject, live: KubernetesObject): readonly string[] {
  const kept = keptFields(workload, live)
  if (kept.length === 0) return []
  return [
    `${workload.kind} ${workload.metadata.name} keeps its own ${kept.join(', ')}: the manifest has others or none.`,
  ]
}
