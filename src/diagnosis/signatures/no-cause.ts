import type { Cause, Evidence } from '../../recovery/index.ts'
import { isRefusedNow } from '../agent-log.ts'
import { clusterAgentOf, pinnedChecksumOf, readinessOf, workloadsOf } from '../agents.ts'
import { saw, textOf } from '../evidence.ts'
import { answerIn, failureIn, type Observations } from '../observations.ts'
import { conditionOf, isConnected, whyNotConnected } from '../rancher-says.ts'
import { oneLine, short, withoutFullStop } from '../wording.ts'
import { isTokenRegistered } from './registration-token.ts'
import type { Finding, Signature } from './signature.ts'

export const nothingWrong: Signature = {
  id: 'nothing-wrong',
  disproof: 'Rancher shows the cluster as lost when it is asked again in a minute',
  recognise(observations) {
    const record = answerIn(observations.record)
    if (!record || !isConnected(record) || isAgentDown(observations)) return null
    const since = conditionOf(record, 'Ready')?.lastUpdateTime
    const workloads = workloadsOf(observations)
    const fits =
      workloads.length > 0 &&
      workloads.every(({ rolledOut }) => rolledOut) &&
      checksumFits(observations) === true &&
      isTokenRegistered(observations) === true
    return {
      confidence: fits ? 'certain' : 'likely',
      summary: `Rancher says ${oneLine(record.name)} is active and connected`,
      evidence: [
        saw('rancher', since ? `active, Ready since ${since}` : 'active, Ready', since ?? null),
        ...agentsView(observations),
      ],
      remedy: fits
        ? 'Nothing: Rancher and the agents agree. If an alert brought you here, look at what raised it.'
        : 'Nothing is broken now. Read the warnings before an agent restarts.',
      reapplyHelps: false,
    }
  },
}

/** The answer when no signature fits: what was seen, and where to look next. */
export function notFoundOut(observations: Observations): Finding & Pick<Cause, 'disproof'> {
  const record = answerIn(observations.record)
  const unseen = observations.agents.ok ? null : observations.agents.failure
  const events = answerIn(observations.agents)?.events ?? []
  return {
    confidence: 'possible',
    summary: unseen
      ? `the agents could not be looked at: ${withoutFullStop(unseen.message)}`
      : 'no known cause fits what was seen',
    evidence: [
      ...(record
        ? [saw('rancher', whyNotConnected(record) ?? 'Rancher says active and connected')]
        : []),
      ...agentsView(observations),
      ...events.slice(0, 3).map((event) => saw('event', textOf(event), event.at)),
      ...observations.looks
        .filter(({ outcome }) => outcome !== 'answered')
        .map(({ probe, vantage, reason }) =>
          saw(vantage, `not seen: ${probe}${reason ? ` (${oneLine(reason)})` : ''}`),
        ),
    ],
    disproof: 'a second look a minute later finds a cause',
    remedy: unseen?.nextStep ?? whereToLookNext(observations),
    reapplyHelps: false,
  }
}

/**
 * Rancher notices a lost agent late, so hard evidence that none is connected counts more than its record: no agent, no pod, or pods
 * that all say at this moment that they are refused.
 */
function isAgentDown(observations: Observations): boolean {
  const agents = answerIn(observations.agents)
  if (!agents) return false
  const pods = (agents.clusterAgent?.pods ?? []).filter(({ endedBecause }) => endedBecause === null)
  return !agents.clusterAgent?.readyPods || (pods.length > 0 && pods.every(isRefusedNow))
}

function agentsView(observations: Observations): readonly Evidence[] {
  const workloads = workloadsOf(observations)
  if (workloads.length === 0) return []
  const isRegistered = isTokenRegistered(observations)
  const fits = checksumFits(observations)
  const checksum = answerIn(observations.settings)?.caChecksum ?? ''
  return [
    saw('cluster', readinessOf(workloads)),
    ...(fits
      ? [
          saw(
            'cluster',
            `the agents trust Rancher’s certificate authority${checksum ? ` ${short(checksum)}` : ', a public one'}`,
          ),
        ]
      : []),
    ...(isRegistered ? [saw('rancher', 'the agents’ token is registered')] : []),
  ]
}

function checksumFits(observations: Observations): boolean | null {
  const settings = answerIn(observations.settings)
  const agent = clusterAgentOf(observations)
  return settings && agent && pinnedChecksumOf(agent) === settings.caChecksum
}

function whereToLookNext(observations: Observations): string {
  const refused = failureIn(observations.settings) ?? failureIn(observations.registrations)
  if (refused) return refused.nextStep
  const agent = clusterAgentOf(observations)
  if (agent && agent.readyPods < agent.desiredPods) {
    return 'See why the agent’s pods are not ready: `kubectl -n cattle-system describe pods`.'
  }
  const id = answerIn(observations.record)?.id
  return `Read \`kubectl -n cattle-system logs deployment/cattle-cluster-agent\`, and what the Rancher server’s log says about ${id ?? 'this cluster'}.`
}
