import type { AgentPod } from '../cluster/index.ts'
import type { Evidence } from '../recovery/index.ts'
import { clusterAgentOf, podsOf } from './agents.ts'
import { msOf } from './clocks.ts'
import { saw } from './evidence.ts'
import type { Observations } from './observations.ts'
import { oneLine } from './wording.ts'

/** A line that agents end their log with just now. */
export interface LogSighting {
  readonly match: RegExpExecArray
  readonly evidence: Evidence
  /** Whether the cluster agent, which holds Rancher's tunnel, says it; false when only node agents do. */
  readonly byClusterAgent: boolean
}

/** A line that tells why an attempt to connect failed. */
interface Refusal {
  readonly text: string
  /** ISO time by the node's clock, null where the line has none. */
  readonly at: string | null
}

interface Attempt {
  readonly at: string | null
  /** Whether it is one of the program, which keeps the tunnel; false for the start script before it. */
  readonly isTunnel: boolean
  readonly refusals: readonly Refusal[]
}

// What the start script (package/run.sh), the program and the container runtime print when the agent cannot connect: fixtures agent-logs.
const REFUSAL =
  /^ERROR: |^(jq: )?parse error|^curl: \(\d+\)|Failed to connect to (proxy|peer)|Remotedialer proxy error|Could not securely connect to |Issuer of last certificate found in chain|Cert(if)?icate's Subject .* does not match|Certificate chain is not complete|Server certificate (is not valid|does not contain)|Strict CA verification is enabled but|[Ee]mbedded rancher failed|jailer\.sh|exec format error|exec .*no such file or directory|cattle-system\/cattle ca\/token|no secret exists for service account|websocket: close|level=fatal/

const ATTEMPT = /^INFO: Environment: |"Connecting to proxy"/

/** The Rancher inside the agent, from 2.6 on, starts when the first tunnel is open; its lines soon push that one out of view. */
const WHEN_CONNECTED =
  /Watching metadata for |Starting \S+, Kind=\S+ controller|CacheFor (?:STARTS|IS DONE)/

/** An agent that is refused says so within seconds, and tries again after ten. */
const SETTLED_AFTER_MS = 30_000

/** What the agents' logs say now that matches, counted over the pods whose log could be read; null when none does. */
export function agentsSay(observations: Observations, pattern: RegExp): LogSighting | null {
  const readable = podsOf(observations).filter(({ logLines }) => logLines !== null)
  const matches = readable.flatMap((pod) => {
    const found = refusalsIn(pod, observations.observedAt)
      .map(({ text, at }) => ({ match: pattern.exec(text), at }))
      .findLast(({ match }) => match !== null)
    return found?.match ? [{ pod, match: found.match, at: found.at }] : []
  })
  const clusterAgentPods = clusterAgentOf(observations)?.pods ?? []
  const first = matches.find(({ pod }) => clusterAgentPods.includes(pod)) ?? matches[0]
  if (!first) return null
  const says = `${oneLine(first.match.input)} (${matches.length} of ${readable.length} pods)`
  return {
    match: first.match,
    evidence: saw('agent log', says, first.at),
    byClusterAgent: clusterAgentPods.includes(first.pod),
  }
}

/** Why this agent could not connect, as readable lines: what it printed at its latest attempt that failed. Empty when it prints none. */
export function refusalsOf(pod: AgentPod, observedAt: string): readonly string[] {
  return refusalsIn(pod, observedAt).map(({ text }) => text)
}

/** Whether the agent is refused at this moment. One that connects after failures prints nothing more, so its last attempt decides. */
export function isRefusedNow(pod: AgentPod): boolean {
  return (attemptsOf(pod).at(-1)?.refusals ?? []).length > 0
}

/**
 * Whether its log shows that it opened a tunnel and was not refused: for half a minute, or without any refusal before it either.
 */
export function isTunnelOpen(pod: AgentPod, observedAt: string): boolean {
  const [last, before] = attemptsOf(pod).toReversed()
  if (!last || last.refusals.length > 0) return false
  if (pod.logLines?.some((line) => WHEN_CONNECTED.test(line)) && !before?.isTunnel) return true
  const wasRefused = (before?.refusals.length ?? 0) > 0
  return last.isTunnel && (!wasRefused || isSettled(last, pod, observedAt))
}

/** Whether its first tunnel after it said `text` was refused in these words: what it said of that start still holds. */
export function isRefusedAfter(pod: AgentPod, text: string, words: RegExp): boolean {
  const lines = pod.logLines ?? []
  const from = lines.findLastIndex((line) => line.includes(text))
  if (from < 0) return false
  const since = { ...pod, logLines: lines.slice(from), logTimes: pod.logTimes.slice(from) }
  const first = attemptsOf(since).find(({ isTunnel }) => isTunnel)
  return first?.refusals.some((refusal) => words.test(refusal.text)) ?? false
}

/**
 * The log may begin with the run before the last restart, and an attempt may be under way: then the one before still counts. When
 * the last one is not refused for long, the agent is connected and what was before is over.
 */
function refusalsIn(pod: AgentPod, observedAt: string): readonly Refusal[] {
  const attempts = attemptsOf(pod)
  const last = attempts.at(-1)
  if (last?.isTunnel && isSettled(last, pod, observedAt)) return []
  return attempts.findLast(({ refusals }) => refusals.length > 0)?.refusals ?? []
}

function isSettled({ at, refusals }: Attempt, pod: AgentPod, observedAt: string): boolean {
  const ms = msOf(at)
  // A line from before its pod was made is of a node whose clock is behind: then its age says nothing.
  const isPlausible = !(ms < msOf(pod.createdAt) - SETTLED_AFTER_MS)
  return refusals.length === 0 && isPlausible && msOf(observedAt) - ms > SETTLED_AFTER_MS
}

/** The attempts to connect, oldest first: one when the start script runs, one each time the program tries again. */
function attemptsOf({ logLines, logTimes }: AgentPod): readonly Attempt[] {
  const attempts: { at: string | null; isTunnel: boolean; refusals: Refusal[] }[] = []
  for (const [index, line] of (logLines ?? []).entries()) {
    const at = timeIn(line) ?? logTimes[index] ?? null
    const isTunnel = line.includes('"Connecting to proxy"')
    if (attempts.length === 0 || ATTEMPT.test(line)) attempts.push({ at, isTunnel, refusals: [] })
    if (REFUSAL.test(line)) attempts.at(-1)?.refusals.push({ text: readable(line), at })
  }
  return attempts
}

function timeIn(line: string): string | null {
  const ms = Date.parse(quotedField(line, 'time') ?? '')
  return Number.isNaN(ms) ? null : new Date(ms).toISOString()
}

/** `time="…" level=error msg="Failed to connect" error="refused"` → `Failed to connect: refused`. */
function readable(line: string): string {
  const message = quotedField(line, 'msg')
  if (message === null) return line.replace(/^ERROR: /, '')
  const error = quotedField(line, 'error')
  return error === null ? message : `${message}: ${error}`
}

function quotedField(line: string, name: string): string | null {
  const found = new RegExp(`\\b${name}="((?:[^"\\\\]|\\\\.)*)"`).exec(line)
  return found?.[1]?.replaceAll('\\"', '"') ?? null
}
