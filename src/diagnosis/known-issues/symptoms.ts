import { isIP } from 'node:net'
import { agentsSay, isRefusedNow } from '../agent-log.ts'
import { clusterAgentOf, pinnedChecksumOf, podsOf, workloadsOf } from '../agents.ts'
import { answerIn, type Observations } from '../observations.ts'
import { conditionOf, isConnected } from '../rancher-says.ts'

// What known issues look for. Each is false where it could not be seen.

export function isLost({ record }: Observations): boolean {
  return record.ok && !isConnected(record.value)
}

export function hasCondition(
  observations: Observations,
  type: string,
  status: 'True' | 'False',
): boolean {
  const record = answerIn(observations.record)
  return record !== null && conditionOf(record, type)?.status === status
}

/** What Rancher says about the cluster, in its state or any condition. */
export function rancherSays(observations: Observations, pattern: RegExp): boolean {
  const record = answerIn(observations.record)
  if (!record) return false
  const texts = [record.message, ...record.conditions.map(({ message }) => message)]
  return texts.some((text) => pattern.test(text))
}

/** The latest attempt of an agent to connect ended with a line like this. */
export function agentsRefuse(observations: Observations, pattern: RegExp): boolean {
  return agentsSay(observations, pattern) !== null
}

/** A line like this stands anywhere in what was read of the agents’ logs. */
export function logHolds(observations: Observations, pattern: RegExp): boolean {
  return podsOf(observations).some(({ logLines }) => logLines?.some((line) => pattern.test(line)))
}

/** The log of a cluster agent ends with a line like this. */
export function logEndsWith(observations: Observations, pattern: RegExp): boolean {
  const pods = clusterAgentOf(observations)?.pods ?? []
  return pods.some(({ logLines }) => pattern.test(logLines?.at(-1) ?? ''))
}

/** The cluster agent runs and complains of nothing, and Rancher does not have the cluster all the same. */
export function isSilentlyLost(observations: Observations): boolean {
  const agent = clusterAgentOf(observations)
  return (
    isLost(observations) &&
    agent !== null &&
    agent.readyPods > 0 &&
    !agent.pods.some((pod) => isRefusedNow(pod))
  )
}

/** Whether the cluster agent was told to open its second session; null when there is no agent. */
export function hasAgentFeatures(observations: Observations): boolean | null {
  const agent = clusterAgentOf(observations)
  if (!agent) return null
  return /multi-cluster-management-agent=true/.test(agent.env.CATTLE_FEATURES ?? '')
}

/** An agent pins another authority than Rancher’s setting has. */
export function pinsOtherAuthority(observations: Observations): boolean {
  const settings = answerIn(observations.settings)
  return (
    settings !== null &&
    workloadsOf(observations).some((agent) => pinnedChecksumOf(agent) !== settings.caChecksum)
  )
}

/** An agent was told another address of Rancher than the setting server-url. */
export function usesOtherAddress(observations: Observations): boolean {
  const wanted = answerIn(observations.settings)?.serverUrl
  if (!wanted) return false
  return workloadsOf(observations).some(({ env, credentials }) =>
    [env.CATTLE_SERVER, credentials.url].some(
      (url) => url != null && url.replace(/\/+$/, '') !== wanted,
    ),
  )
}

/** The token that an agent mounts is none of the cluster’s registrations. */
export function usesUnknownToken(observations: Observations): boolean {
  const registrations = answerIn(observations.registrations)
  if (!registrations) return false
  return workloadsOf(observations).some(({ credentials: { tokenFingerprint } }) => {
    return tokenFingerprint !== null && !registrations.includes(tokenFingerprint)
  })
}

export function usesKnownToken(observations: Observations): boolean {
  const token = clusterAgentOf(observations)?.credentials.tokenFingerprint
  return token != null && answerIn(observations.registrations)?.includes(token) === true
}

/** The cluster agent goes to Rancher by a number in place of a name. */
export function agentGoesToAddress(observations: Observations): boolean {
  const server = clusterAgentOf(observations)?.env.CATTLE_SERVER ?? ''
  return isIP(URL.parse(server)?.hostname ?? '') !== 0
}

export function agentGoesToPort(observations: Observations): boolean {
  return (URL.parse(clusterAgentOf(observations)?.env.CATTLE_SERVER ?? '')?.port ?? '') !== ''
}

export function isBuiltBy(observations: Observations, ...kinds: readonly string[]): boolean {
  const record = answerIn(observations.record)
  return record !== null && kinds.some((kind) => kind === record.driver || kind === record.provider)
}

export function isImported(observations: Observations): boolean {
  return answerIn(observations.record)?.driver === 'imported'
}

export function hasNodeAgent(observations: Observations): boolean {
  return answerIn(observations.agents)?.nodeAgent != null
}
