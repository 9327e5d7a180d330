import type { KubernetesObject } from '../cluster/index.ts'
import { type AgentsExpected, NEWEST_KNOWN, type RancherVersion } from '../rancher/index.ts'

/** What an approver should know about a Rancher of which little is known. Empty for versions 2.1 to 2.14. */
export function versionNotes({ acquaintance, text }: RancherVersion): readonly string[] {
  switch (acquaintance) {
    case 'newer':
      return [
        `This Rancher is ${text}, newer than ${NEWEST_KNOWN}, the newest that Reagent knows: it is treated like that one.`,
      ]
    case 'unnamed':
      return [
        `This Rancher does not say which version it is (${text}): it is treated like ${NEWEST_KNOWN}, and where it does not know that version’s address of the manifest, the older address is taken.`,
      ]
    default:
      return []
  }
}

/** Rancher 2.5.0 to 2.5.5 forgets the node agent in the manifest of a cluster built with RKE (rancher/rancher#31417). */
export function missingAgentNotes(
  { nodeAgent }: Pick<AgentsExpected, 'nodeAgent'>,
  manifest: readonly KubernetesObject[],
): readonly string[] {
  const isMissing =
    nodeAgent && !manifest.some(({ metadata }) => metadata.name === 'cattle-node-agent')
  return isMissing
    ? [
        'This Rancher’s manifest lacks the node agent that this cluster needs, so DaemonSet cattle-node-agent stays as it is. If it does not connect, upgrade Rancher to 2.5.6 or later and run again.',
      ]
    : []
}
