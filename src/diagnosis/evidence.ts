import type { AgentPod, ObservedEvent } from '../cluster/index.ts'
import type { Evidence, EvidenceSource } from '../recovery/index.ts'
import { clusterAgentOf } from './agents.ts'
import { answerIn, type Observations } from './observations.ts'
import { oneLine, printable } from './wording.ts'

/** One thing that was seen; `at` is an ISO time by the source's clock, and left out when it is no time. */
export function saw(source: EvidenceSource, says: string, at: string | null = null): Evidence {
  const isTime = at !== null && !Number.isNaN(Date.parse(at))
  return { source, says: printable(says), at: isTime ? at : null }
}

/** The newest warning about the agents that matches, as evidence; none when there is none. */
export function eventsAbout(observations: Observations, pattern: RegExp): readonly Evidence[] {
  const newest = eventAbout(observations, pattern)
  return newest ? [saw('event', textOf(newest), newest.at)] : []
}

export function eventAbout(observations: Observations, pattern: RegExp): ObservedEvent | null {
  const events = answerIn(observations.agents)?.events ?? []
  return events.find((event) => pattern.test(`${event.reason}: ${event.message}`)) ?? null
}

export function textOf({ reason, message }: ObservedEvent): string {
  return oneLine(`${reason}: ${message}`)
}

/** The cluster agent's pods, newest first. */
export function newestPods(observations: Observations): readonly AgentPod[] {
  const pods = clusterAgentOf(observations)?.pods ?? []
  return pods.toSorted((a, b) => ((a.createdAt ?? '') < (b.createdAt ?? '') ? 1 : -1))
}
