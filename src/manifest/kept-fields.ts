import { isDeepStrictEqual } from 'node:util'
import {
  type JsonRecord,
  type KubernetesObject,
  numberAt,
  recordsAt,
  textAt,
} from '../cluster/index.ts'
import { containersOf, isSendable, named, podSpecOf } from './workload.ts'

const POD_FIELDS = [
  'affinity',
  'dnsConfig',
  'hostAliases',
  'imagePullSecrets',
  'initContainers',
  'nodeSelector',
  'priorityClassName',
  'tolerations',
]
const CONTAINER_FIELDS = ['livenessProbe', 'readinessProbe', 'resources', 'securityContext']

/**
 * What a live workload keeps although the manifest says otherwise or nothing, in words for a sentence: field names, and
 * names of variables, volumes and containers; never values.
 */
export function keptFields(workload: KubernetesObject, live: KubernetesObject): readonly string[] {
  const [podSpec, livePodSpec] = [podSpecOf(workload), podSpecOf(live)]
  const liveContainers = containersOf(live)
  const containers = containersOf(workload)
  const replicas = numberAt(live, 'spec', 'replicas') ?? 1
  return [
    ...(replicas > 1 ? [`replicas (${replicas})`] : []),
    ...POD_FIELDS.filter((field) => differs(podSpec[field], livePodSpec[field])),
    ...containers.flatMap((container) => {
      const there = named(liveContainers, container.name)
      if (!there) return []
      return [
        ...CONTAINER_FIELDS.filter((field) => differs(container[field], there[field])),
        ...variablesKept(container, there),
      ]
    }),
    ...othersIn(liveContainers, containers).map((name) => `container ${name}`),
    ...othersIn(recordsAt(livePodSpec, 'volumes'), recordsAt(podSpec, 'volumes')).map(
      (name) => `volume ${name}`,
    ),
  ]
}

/** Variables of the live container that stay: those that the manifest does not name, or names by value where there is a reference. */
function variablesKept(container: JsonRecord, live: JsonRecord): readonly string[] {
  const env = recordsAt(container, 'env')
  const names = recordsAt(live, 'env').map((entry) => textAt(entry, 'name') ?? '')
  return names
    .filter((name) => {
      const wanted = named(env, name)
      return !wanted || !isSendable(wanted, live)
    })
    .map((name) => `env ${name}`)
}

function othersIn(live: readonly JsonRecord[], manifest: readonly JsonRecord[]): readonly string[] {
  return live.flatMap(({ name }) => (named(manifest, name) ? [] : [String(name)]))
}

function differs(wanted: unknown, live: unknown): boolean {
  if (isEmpty(wanted) && isEmpty(live)) return false
  return !isDeepStrictEqual(wanted, live)
}

function isEmpty(value: unknown): boolean {
  if (value === undefined || value === null) return true
  return typeof value === 'object' && Object.keys(value).length === 0
}
