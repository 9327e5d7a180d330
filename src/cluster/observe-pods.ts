import { Failure } from '../recovery/index.ts'
import type { Connection } from './connection.ts'
import type { AgentPod } from './contract.ts'
import { isRecord, type JsonRecord, numberAt, recordsAt, textAt, valueAt } from './json.ts'
import { redact } from './redact.ts'

const MOST_LOG_LINES = 60
const MOST_LOG_BYTES = 256 * 1024

/** The facts of one pod of an agent; agents have one container that matters, the first. */
export function podOf(pod: JsonRecord, logLines: readonly string[] | null): AgentPod {
  const status = recordsAt(pod, 'status', 'containerStatuses')[0]
  const ended = endedStateOf(status)
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
    startedAt:
      textAt(status, 'state', 'running', 'startedAt') ?? textAt(pod, 'status', 'startTime'),
    createdAt: textAt(pod, 'metadata', 'creationTimestamp'),
    isTerminating: textAt(pod, 'metadata', 'deletionTimestamp') !== null,
    logLines,
  }
}

function endedStateOf(status: JsonRecord | undefined): JsonRecord | null {
  const now = valueAt(status, 'state', 'terminated')
  const last = valueAt(status, 'lastState', 'terminated')
  return isRecord(now) ? now : isRecord(last) ? last : null
}

/**
 * The last lines of the agent's log, after those of its run before where it restarted: an agent in a crash loop says
 * why it ended, and says it at the end. Redacted; null when neither could be read.
 */
export async function logLinesOf(
  connection: Connection,
  pod: JsonRecord,
  known: readonly string[],
  signal: AbortSignal,
): Promise<readonly string[] | null> {
  const name = textAt(pod, 'metadata', 'name') ?? ''
  const status = recordsAt(pod, 'status', 'containerStatuses')[0]
  const container =
    textAt(status, 'name') ?? textAt(recordsAt(pod, 'spec', 'containers')[0], 'name') ?? ''
  const query = new URLSearchParams({
    container,
    tailLines: String(MOST_LOG_LINES),
    limitBytes: String(MOST_LOG_BYTES),
  })
  const path = `/api/v1/namespaces/cattle-system/pods/${encodeURIComponent(name)}/log?${query}`
  const hasRestarted = (numberAt(status, 'restartCount') ?? 0) > 0
  const read = async (suffix: string) => {
    try {
      const answer = await connection.ask(
        { method: 'GET', path: `${path}${suffix}`, limitBytes: MOST_LOG_BYTES + 1024 },
        signal,
      )
      return answer.status === 200 ? answer.text : null
    } catch (error) {
      // A kubelet that does not answer must not hide what the rest of the cluster says.
      if (error instanceof Failure && !signal.aborted) return null
      throw error
    }
  }
  const texts = await Promise.all([hasRestarted ? read('&previous=true') : null, read('')])
  const readable = texts.filter((text) => text !== null)
  if (readable.length === 0) return null
  return readable.flatMap((text) => linesOf(text, known))
}

function linesOf(text: string, known: readonly string[]): readonly string[] {
  return text
    .split('\n')
    .map((line) => redact(line.trimEnd(), known))
    .filter((line) => line !== '')
    .slice(-MOST_LOG_LINES)
}
