import type { AgentPod } from '../cluster/index.ts'
import { clusterAgentOf, podsOf } from './agents.ts'
import type { Observations } from './observations.ts'
import { oneLine } from './wording.ts'

/** A line that agents end their log with just now. */
export interface LogSighting {
  readonly match: RegExpExecArray
  /** For the card, with where it was seen. */
  readonly evidence: string
  /** Whether the cluster agent, which holds Rancher's tunnel, says it; false when only node agents do. */
  readonly byClusterAgent: boolean
}

// What the start script (package/run.sh) and the agent print when they cannot connect: fixtures agent-logs.
const REFUSAL =
  /^ERROR: |^parse error: |Failed to connect to proxy|Remotedialer proxy error|Could not securely connect to |level=fatal/

const ATTEMPT = /^INFO: Environment: |"Connecting to proxy"/

/** What the agents' logs say now that matches, counted over the pods whose log could be read; null when none does. */
export function agentsSay(observations: Observations, pattern: RegExp): LogSighting | null {
  const readable = podsOf(observations).filter(({ logLines }) => logLines !== null)
  const matches = readable.flatMap((pod) => {
    const match = refusalsOf(pod)
      .map((line) => pattern.exec(line))
      .find((found) => found !== null)
    return match ? [{ pod, match }] : []
  })
  const [first] = matches
  if (!first) return null
  const clusterAgentPods = clusterAgentOf(observations)?.pods ?? []
  return {
    match: first.match,
    evidence: `agent log, ${matches.length} of ${readable.length} pods: ${oneLine(first.match.input)}`,
    byClusterAgent: clusterAgentPods.includes(first.pod),
  }
}

/**
 * Why this agent could not connect, as readable lines: what it printed at its latest attempt that failed. Empty when it prints none.
 * The log may begin with the run before the last restart, and an attempt may be under way.
 */
export function refusalsOf(pod: AgentPod): readonly string[] {
  return attemptsOf(pod).findLast((refusals) => refusals.length > 0) ?? []
}

/** Whether the agent is refused at this moment. One that connects after failures prints nothing more, so its last attempt decides. */
export function isRefusedNow(pod: AgentPod): boolean {
  return (attemptsOf(pod).at(-1) ?? []).length > 0
}

/** The refusals of each attempt to connect, oldest first: one when the start script runs, one each time the agent tries again. */
function attemptsOf({ logLines }: AgentPod): readonly (readonly string[])[] {
  const attempts: string[][] = [[]]
  for (const line of logLines ?? []) {
    if (ATTEMPT.test(line)) attempts.push([])
    if (REFUSAL.test(line)) attempts.at(-1)?.push(readable(line))
  }
  return attempts
}

/** `time="…" level=error msg="Failed to connect" error="refused"` → `Failed to connect: refused`. */
function readable(line: string): string {
  const message = quotedField(line, 'msg')
  if (message === null) return line.replace(/^ERROR: /, '')
  const error = quotedField(line, 'error')
  return error === null ? message : `${message}: ${error}`
}

function quotedField(line: string, name: string): string | null {
  const found = new RegExp(`${name}="((?:[^"\\\\]|\\\\.)*)"`).exec(line)
  return found?.[1]?.replaceAll('\\"', '"') ?? null
}
