import { rancherLineOf, runtimeWarning } from './docker-support.ts'
import { answerIn, type Observations } from './observations.ts'
import { oneLine } from './wording.ts'

/** One sentence for each node whose container runtime this Rancher does not support; none where that is not known. */
export function runtimeWarnings(observations: Observations): readonly string[] {
  const settings = answerIn(observations.settings)
  const rancher = settings && rancherLineOf(settings.agentImage)
  if (!rancher) return []
  const kubernetes = answerIn(observations.record)?.kubernetesVersion ?? null
  const nodes = answerIn(observations.agents)?.nodes ?? []
  return nodes.flatMap(
    ({ name, runtime }) =>
      runtimeWarning(oneLine(name), oneLine(runtime), rancher, kubernetes) ?? [],
  )
}
