import type { AgentWorkload } from '../cluster/index.ts'
import type { Cause } from '../recovery/index.ts'
import { workloadsOf } from './agents.ts'
import { knownIssueNotes } from './known-issues/index.ts'
import { answerIn, type Observations } from './observations.ts'
import { isConnected } from './rancher-says.ts'
import { readAtStart } from './signatures/index.ts'
import { supportNotes } from './support/index.ts'
import { oneLine, withoutFullStop } from './wording.ts'

/** Warnings beside the causes, each one sentence without a full stop. Pure. */
export function findNotes(
  observations: Observations,
  causes: readonly [Cause, ...Cause[]],
): readonly string[] {
  const isConnectedNow = causes[0].id === 'nothing-wrong' || causes[0].id === 'fleet-agent-ca-stale'
  const notes = isConnectedNow
    ? notesWhileConnected(observations)
    : [...notNoticedYet(observations), ...notEnough(causes)]
  const isSaid = [...notes, ...causes.map(({ id }) => id)].some((it) =>
    /server-url|the agents go to/.test(it),
  )
  return [
    ...notes,
    ...(isSaid ? [] : otherAddress(observations)),
    ...supportNotes(observations),
    ...knownIssueNotes(observations, { isConnected: isConnectedNow }),
  ]
}

function notesWhileConnected(observations: Observations): readonly string[] {
  const { agents } = observations
  if (!agents.ok) {
    return [`the agents could not be looked at: ${withoutFullStop(agents.failure.message)}`]
  }
  const waiting = readAtStart.flatMap(({ recognise }) => recognise(withoutLogs(observations)) ?? [])
  return [
    ...waiting.map(({ summary }) => `will not survive a restart of the agents: ${summary}`),
    ...workloadsOf(observations)
      .filter(({ rolledOut }) => !rolledOut)
      .map(({ ref }) => `the rollout of ${ref.name} is not complete`),
  ]
}

/** A connected agent's log and events tell of failures that are over. */
function withoutLogs(observations: Observations): Observations {
  const agents = answerIn(observations.agents)
  if (!agents) return observations
  const silent = (workload: AgentWorkload | null) =>
    workload && { ...workload, pods: workload.pods.map((pod) => ({ ...pod, logLines: null })) }
  const { clusterAgent, nodeAgent } = agents
  const value = {
    ...agents,
    clusterAgent: silent(clusterAgent),
    nodeAgent: silent(nodeAgent),
    events: [],
  }
  return { ...observations, agents: { ok: true, value } }
}

function notNoticedYet({ record }: Observations): readonly string[] {
  return record.ok && isConnected(record.value)
    ? ['Rancher still says active; it notices a lost agent within a minute']
    : []
}

function notEnough([first, ...rest]: readonly [Cause, ...Cause[]]): readonly string[] {
  if (!first.reapplyHelps) return []
  return rest
    .filter(({ reapplyHelps, confidence }) => !reapplyHelps && confidence !== 'possible')
    .map(({ summary }) => `applying the manifest will not be enough: ${summary}`)
}

function otherAddress(observations: Observations): readonly string[] {
  const wanted = answerIn(observations.settings)?.serverUrl
  if (!wanted) return []
  const used = workloadsOf(observations).flatMap(({ env, credentials }) => [
    env.CATTLE_SERVER,
    credentials.url,
  ])
  return [...new Set(used)]
    .filter((url) => url != null && withoutSlash(url) !== withoutSlash(wanted))
    .map(
      (url) => `the agents use ${oneLine(url ?? '')}, Rancher’s server-url is ${oneLine(wanted)}`,
    )
}

function withoutSlash(url: string): string {
  return url.replace(/\/+$/, '')
}
