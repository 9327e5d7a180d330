import type { Connection } from './connection.ts'
import type { AgentPod, OtherContainer } from './contract.ts'
import { isRecord, type JsonRecord, numberAt, recordsAt, textAt, valueAt } from './json.ts'
import { conditionsOf, isoTimeOf } from './observe-conditions.ts'
import { ifToBeHad } from './observe-optional.ts'
import { redact } from './redact.ts'
import { isOfTemplate } from './template-of.ts'

/** An agent from 2.6 on prints some hundred lines once it is connected. */
const MOST_LOG_LINES = 200
/** A kubelet that does not answer must not hide what the rest of the cluster says. */
const LOG_LIMIT_MS = 2_500
const MOST_LOG_BYTES = 256 * 1024

/** What one container printed, line for line with the times at which it did. */
export interface PodLog {
  readonly lines: readonly string[]
  readonly times: readonly (string | null)[]
}

const AGENT_CONTAINER = /^(cluster-register|agent)$/

/** The facts of one pod of an agent; of its containers one matters. */
export function podOf(pod: JsonRecord, workload: JsonRecord, log: PodLog | null): AgentPod {
  const status = agentStatusOf(pod)
  const ended = endedStateOf(status)
  const message = textAt(status, 'state', 'waiting', 'message') ?? textAt(ended, 'message') ?? ''
  const reason = textAt(pod, 'status', 'reason')
  return {
    name: textAt(pod, 'metadata', 'name') ?? '',
    node: textAt(pod, 'spec', 'nodeName'),
    phase: textAt(pod, 'status', 'phase') ?? 'Unknown',
    ready: recordsAt(pod, 'status', 'conditions').some(
      ({ type, status }) => type === 'Ready' && status === 'True',
    ),
    restarts: numberAt(status, 'restartCount') ?? 0,
    waitingReason: textAt(status, 'state', 'waiting', 'reason'),
    terminatedReason: textAt(ended, 'reason'),
    exitCode: numberAt(ended, 'exitCode'),
    stateMessage: redact(message),
    endedBecause:
      reason === null ? null : { reason, message: redact(textAt(pod, 'status', 'message') ?? '') },
    conditions: conditionsOf(pod),
    otherContainers: otherContainersOf(pod),
    createdAt: isoTimeOf(textAt(pod, 'metadata', 'creationTimestamp')),
    startedAt:
      textAt(status, 'state', 'running', 'startedAt') ?? textAt(pod, 'status', 'startTime'),
    isOfTemplate: isOfTemplate(pod, workload),
    isTerminating: textAt(pod, 'metadata', 'deletionTimestamp') !== null,
    logLines: log?.lines ?? null,
    logTimes: log?.times ?? [],
  }
}

/** Something may have put its own container in front of the agent's, so the name decides where it is known. */
function agentStatusOf(pod: JsonRecord): JsonRecord | undefined {
  const statuses = recordsAt(pod, 'status', 'containerStatuses')
  return (
    statuses.find((status) => AGENT_CONTAINER.test(textAt(status, 'name') ?? '')) ?? statuses[0]
  )
}

function otherContainersOf(pod: JsonRecord): readonly OtherContainer[] {
  const agent = textAt(agentStatusOf(pod), 'name')
  const facts = (isInit: boolean) => (status: JsonRecord) => ({
    name: textAt(status, 'name') ?? '',
    isInit,
    ready: valueAt(status, 'ready') === true,
    waitingReason: textAt(status, 'state', 'waiting', 'reason'),
    exitCode: numberAt(endedStateOf(status), 'exitCode'),
  })
  return [
    ...recordsAt(pod, 'status', 'initContainerStatuses').map(facts(true)),
    ...recordsAt(pod, 'status', 'containerStatuses')
      .filter((status) => textAt(status, 'name') !== agent)
      .map(facts(false)),
  ]
}

function endedStateOf(status: JsonRecord | undefined): JsonRecord | null {
  const now = valueAt(status, 'state', 'terminated')
  const last = valueAt(status, 'lastState', 'terminated')
  return isRecord(now) ? now : isRecord(last) ? last : null
}

/** Where the log of which container stands. */
export interface LogPlace {
  readonly namespace: string
  readonly pod: string
  readonly container: string
  readonly hasRestarted: boolean
}

export function agentLogPlaceOf(pod: JsonRecord): LogPlace {
  const status = agentStatusOf(pod)
  return {
    namespace: 'cattle-system',
    pod: textAt(pod, 'metadata', 'name') ?? '',
    container:
      textAt(status, 'name') ?? textAt(recordsAt(pod, 'spec', 'containers')[0], 'name') ?? '',
    hasRestarted: (numberAt(status, 'restartCount') ?? 0) > 0,
  }
}

/**
 * The last lines of a container's log, after those of its run before where it restarted: an agent in a crash loop says
 * why it ended, and says it at the end. Redacted; null when neither could be read.
 */
export async function readLog(
  connection: Connection,
  place: LogPlace,
  known: readonly string[],
  signal: AbortSignal,
): Promise<PodLog | null> {
  const query = new URLSearchParams({
    container: place.container,
    tailLines: String(MOST_LOG_LINES),
    limitBytes: String(MOST_LOG_BYTES),
    timestamps: 'true',
  })
  const path = `/api/v1/namespaces/${place.namespace}/pods/${encodeURIComponent(place.pod)}/log?${query}`
  const read = (suffix: string) =>
    ifToBeHad(
      async (stop) => {
        const answer = await connection.ask(
          { method: 'GET', path: `${path}${suffix}`, limitBytes: MOST_LOG_BYTES + 1024 },
          stop,
        )
        return answer.status === 200 ? answer.text : null
      },
      LOG_LIMIT_MS,
      signal,
    )
  const texts = await Promise.all([place.hasRestarted ? read('&previous=true') : null, read('')])
  const readable = texts.filter((text) => text !== null)
  if (readable.length === 0) return null
  const stamped = readable.flatMap((text) => stampedLinesOf(text, known))
  return { lines: stamped.map(({ line }) => line), times: stamped.map(({ at }) => at) }
}

/** `timestamps=true` puts the time of each line in front of it: `2026-11-22T21:41:06.123456789Z INFO: …`. */
const STAMP = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)) ?/

function stampedLinesOf(text: string, known: readonly string[]) {
  return text
    .split('\n')
    .map((raw) => {
      const stamp = STAMP.exec(raw)
      const line = redact(raw.slice(stamp?.[0].length ?? 0).trimEnd(), known)
      return { line, at: isoTimeOf(stamp?.[1] ?? null) }
    })
    .filter(({ line }) => line !== '')
    .slice(-MOST_LOG_LINES)
}
