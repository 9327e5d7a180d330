import {
  type AgentSurroundings,
  isOwnField,
  type JsonRecord,
  type KubernetesObject,
  recordsAt,
} from '../cluster/index.ts'
import {
  controlPlaneTaints,
  hasPlace,
  isTolerated,
  taintsInTheWay,
  taintText,
  tolerationFor,
} from './tolerations.ts'
import { podSpecOf } from './workload.ts'

/** Fields to send beside the manifest's, and a sentence on each. */
export interface Added {
  readonly podSpec: JsonRecord
  readonly notes: readonly string[]
}

/** The log-in to a private registry, as Rancher names it. */
export const PULL_SECRET = 'cattle-private-registry'

/**
 * What Rancher's own Deployment has of its cluster and the import manifest lacks, for a Deployment that is gone: tolerations for the
 * control plane's taints, the secret of a private registry, the priority class
 * (rancher/rancher pkg/api/norman/customization/clusterregistrationtokens/import.go).
 */
export function rebuiltFor(deployment: KubernetesObject, surroundings: AgentSurroundings): Added {
  const podSpec = podSpecOf(deployment)
  return together([
    tolerating(deployment, surroundings),
    pulling(podSpec, surroundings),
    prioritised(deployment, surroundings),
  ])
}

/**
 * What a live Deployment has lost, as after a `kubectl apply` of the import manifest: tolerations where no node takes it any more, and
 * the secret of a private registry that is still there. What an earlier apply of Reagent brought is sent again: left out, the server
 * would take it away.
 */
export function restoredOn(live: KubernetesObject, surroundings: AgentSurroundings): Added {
  const podSpec = podSpecOf(live)
  const isStuck = !hasPlace(surroundings, recordsAt(podSpec, 'tolerations'))
  const owned = ['tolerations', 'imagePullSecrets', 'priorityClassName'].filter(
    (field) => podSpec[field] !== undefined && isOwnField(live, 'spec', 'template', 'spec', field),
  )
  const kept = Object.fromEntries(owned.map((field) => [field, podSpec[field]]))
  return together([
    { podSpec: kept, notes: [] },
    isStuck ? tolerating(live, surroundings) : NOTHING,
    pulling(podSpec, surroundings),
  ])
}

const NOTHING: Added = { podSpec: {}, notes: [] }

function tolerating(deployment: KubernetesObject, surroundings: AgentSurroundings): Added {
  const { nodes } = surroundings
  const name = nameOf(deployment)
  if (nodes === null) {
    const note = `The nodes may not be listed, so ${name} tolerates only what the manifest says.`
    return { podSpec: {}, notes: [note] }
  }
  const has = recordsAt(podSpecOf(deployment), 'tolerations')
  const missing = controlPlaneTaints(nodes).filter((taint) => !isTolerated(taint, has))
  const tolerations = [...has, ...missing.map(tolerationFor)]
  const added = `${name} gets tolerations for the taints of the control plane: ${missing.map(taintText).join(', ')}.`
  return {
    podSpec: missing.length > 0 ? { tolerations } : {},
    notes: [
      ...(missing.length > 0 ? [added] : []),
      ...(hasPlace(surroundings, tolerations) ? [] : [noPlace(nodes, tolerations)]),
    ],
  }
}

function noPlace(
  nodes: Parameters<typeof taintsInTheWay>[0],
  tolerations: readonly JsonRecord[],
): string {
  const taints = taintsInTheWay(nodes, tolerations).map(taintText).join(', ')
  return `No node takes the agent: all are tainted (${taints}) and none of them is labelled as control plane, so its pod will stay pending. Add a toleration in the cluster’s agent settings in Rancher, or free a node.`
}

function prioritised(deployment: KubernetesObject, { priorityClass }: AgentSurroundings): Added {
  if (priorityClass === null || podSpecOf(deployment).priorityClassName !== undefined)
    return NOTHING
  const name = nameOf(deployment)
  return priorityClass === 'unreadable'
    ? {
        podSpec: {},
        notes: [`Priority classes may not be read, so ${name} gets none.`],
      }
    : {
        podSpec: { priorityClassName: priorityClass.name },
        notes: [`${name} gets priority class ${priorityClass.name} again.`],
      }
}

function pulling(podSpec: JsonRecord, { privateRegistry }: AgentSurroundings): Added {
  const names = recordsAt(podSpec, 'imagePullSecrets').map(({ name }) => name)
  if (privateRegistry) {
    return names.length > 0
      ? NOTHING
      : {
          podSpec: { imagePullSecrets: [{ name: PULL_SECRET }] },
          notes: [`The agent pulls its image with Secret ${PULL_SECRET} again.`],
        }
  }
  const registry = registryOf(podSpec)
  const isNamed = names.includes(PULL_SECRET)
  if (!isNamed && (registry === null || names.length > 0)) return NOTHING
  const why = isNamed
    ? `Secret ${PULL_SECRET} is not there, though the agent is to pull its image with it`
    : `The agent’s image comes from ${registry}, and Secret ${PULL_SECRET} is not there`
  const note = `${why}: if that registry asks for a log-in, Rancher must push its own manifest once the tunnel is up (annotation io.cattle.agent.force.deploy=true on the cluster).`
  return { podSpec: {}, notes: [note] }
}

/** The registry's host in an image's name: its first part, when that has a dot or a port. */
function registryOf(podSpec: JsonRecord): string | null {
  const image = String(recordsAt(podSpec, 'containers')[0]?.image ?? '')
  const [first = '', ...rest] = image.split('/')
  const isHost = rest.length > 0 && /[.:]/.test(first) && first !== 'docker.io'
  return isHost ? first : null
}

function together(parts: readonly Added[]): Added {
  return {
    podSpec: Object.assign({}, ...parts.map(({ podSpec }) => podSpec)),
    notes: parts.flatMap(({ notes }) => notes),
  }
}

function nameOf({ kind, metadata }: KubernetesObject): string {
  return `${kind} ${metadata.name}`
}
