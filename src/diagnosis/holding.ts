import { createHash } from 'node:crypto'
import type { AgentWorkload } from '../cluster/index.ts'

/** What stays the same from look to look while a cluster is really back; each with what it means when it changes. */
export type Marks = Readonly<Partial<Record<keyof typeof CHANGED, string>>>

const CHANGED = {
  restarts: 'the agents restarted since the last look',
  conditions: 'Rancher’s conditions changed since the last look',
  attempt: 'the agent connected anew since the last look',
} as const

/** An agent that is refused tries again without end and without a restart; each attempt is a line with its time. */
const ATTEMPT = /Connecting to (proxy|wss:)|Failed to connect to proxy|Remotedialer proxy error/

/** How often the agents' containers restarted, and the last attempt at a connection that a log still shows. */
export function agentMarks(workloads: readonly AgentWorkload[]): Marks {
  const pods = workloads.flatMap((workload) => workload.pods)
  const restarts = pods.reduce((sum, pod) => sum + pod.restarts, 0)
  const attempts = (workloads[0]?.pods ?? []).flatMap(
    ({ name, logLines }) =>
      logLines
        ?.filter((line) => ATTEMPT.test(line))
        .at(-1)
        ?.concat(name) ?? [],
  )
  return {
    restarts: String(restarts),
    ...(attempts.length > 0 && { attempt: shortHash(attempts.sort().join('\n')) }),
  }
}

/** What happened between two looks that both found everything well. What either of them does not know counts as unchanged. */
export function changesBetween(before: Marks, now: Marks): readonly string[] {
  return (Object.keys(CHANGED) as (keyof typeof CHANGED)[])
    .filter((mark) => before[mark] !== undefined && now[mark] !== undefined)
    .filter((mark) => before[mark] !== now[mark])
    .map((mark) => CHANGED[mark])
}

function shortHash(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 12)
}
