import { type Cluster, type PreparedObject, reasonsIn } from '../cluster/index.ts'
import { adaptApiVersions, agentImageIn, wantedFrom, withoutSlash } from '../manifest/index.ts'
import { agentsExpected, type Rancher, type RancherCluster } from '../rancher/index.ts'
import { digestOf, type Plan, type PlanEffects } from '../recovery/index.ts'
import { accessNotes, renderedNote } from './access-notes.ts'
import { agentManifest } from './agent-manifest.ts'
import { secondSession } from './second-session.ts'
import { missingAgentNotes, versionNotes } from './version-notes.ts'

/** Everything a plan is made from. Nothing of it is kept. */
export interface PlanningParts {
  readonly rancher: Rancher
  readonly cluster: Cluster
  /** Rancher's record of the cluster that is to be brought back. */
  readonly rancherCluster: RancherCluster
  readonly signal: AbortSignal
}

/** A plan, and what `Cluster.write` needs for each of its objects, index for index. */
export interface BuiltPlan {
  readonly plan: Plan
  readonly prepared: readonly PreparedObject[]
}

/**
 * Works out the exact change that would reconnect the agents, from what Rancher and the cluster say now. Writes nothing on
 * the cluster; Rancher may get a registration token, if it has none for people to use (a note says so).
 *
 * Built twice, in any process, the digest is the same as long as the change is. Fails with the first `rancher.*`,
 * `manifest.*` or `cluster.*` failure; `cluster.wrong-cluster` before anything is compared.
 */
export async function buildPlan(parts: PlanningParts): Promise<BuiltPlan> {
  const { cluster, rancherCluster, signal } = parts
  const [manifest, served, identity, surroundings] = await Promise.all([
    agentManifest(parts),
    cluster.served(signal),
    cluster.identity(signal),
    cluster.surroundings(signal),
  ])
  const proof = await cluster.prove(rancherCluster, signal)
  const { objects, settings, version, registrationCreated, renderedBecause } = manifest
  const { features, steps, notes: featureNotes } = secondSession(version, rancherCluster)
  const adapted = adaptApiVersions(objects, served)
  const live = await cluster.read(adapted.objects, signal)
  const wanted = wantedFrom(
    adapted.objects,
    (object) => live[adapted.objects.indexOf(object)] ?? null,
    { features, surroundings },
  )
  const preview = await cluster.preview(wanted.objects, signal, live)

  const effects: PlanEffects = {
    cluster: { id: rancherCluster.id, name: rancherCluster.name, uid: identity.uid },
    rancherUrl: withoutSlash(settings.serverUrl),
    caChecksum: settings.caChecksum,
    agentImage: agentImageIn(objects) ?? settings.agentImage,
    objects: preview.objects,
    ...(steps.length > 0 && { rancher: steps }),
  }
  const notes = [
    ...versionNotes(version),
    ...featureNotes,
    ...missingAgentNotes(agentsExpected(version, rancherCluster), objects),
    ...(registrationCreated ? [REGISTRATION_CREATED] : []),
    ...accessNotes(parts.rancher.reachedBy()),
    ...(renderedBecause === null ? [] : [renderedNote(renderedBecause)]),
    ...adapted.notes,
    ...wanted.notes,
    ...preview.notes,
    accessNote(cluster),
    ...(proof.by === 'authority'
      ? []
      : [`That it is the right cluster is shown by this: ${proof.says}.`]),
  ]
  const plan = { digest: digestOf(effects), effects, restartsPods: preview.restartsPods, notes }
  return { plan, prepared: preview.prepared }
}

/** Which credentials are used, and why not those that stand before them. */
function accessNote({ source, passedOver }: Cluster): string {
  const others = passedOver.length > 0 ? ` Not otherwise: ${reasonsIn(passedOver)}.` : ''
  return `The cluster is reached by ${source}.${others}`
}

const REGISTRATION_CREATED =
  'Rancher had no registration token for people to use, so one was created for this cluster.'
