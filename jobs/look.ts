import { findOwners, type Owners, type Traces } from '../src/diagnosis/index.ts'
import {
  type Answer,
  type ClusterLine,
  done,
  type Handlers,
  type Question,
  type WorkJobs,
} from '../src/queue/index.ts'
import type { RancherCluster } from '../src/rancher/index.ts'
import { asFailure } from '../src/recovery/index.ts'
import type { WorkParts } from './parts.ts'

/** Answers a question about clusters from Rancher. The answer goes to the person who asked. */
export function createLookJob(parts: WorkParts): Handlers<WorkJobs>['look'] {
  return async function lookJob({ question, asked }, { signal }) {
    const answer = await answerTo(parts, question, signal)
    await parts.producer.answer({ answer, asked })
    return done
  }
}

type LookParts = Pick<
  WorkParts,
  'rancher' | 'runs' | 'log' | 'openCluster' | 'configuredClusters' | 'clock' | 'probeLimitMs'
>

/** What Rancher says about all clusters, or about one, lost ones first; or whose an address is. A failure is an answer too. */
export async function answerTo(
  parts: LookParts,
  question: Question,
  signal: AbortSignal,
): Promise<Answer> {
  const { rancher, runs, log } = parts
  try {
    if (question.about === 'owners') {
      return { kind: 'owners', found: await ownersOf(parts, question.traces, signal) }
    }
    const [found, open] = await Promise.all([
      question.about === 'clusters'
        ? rancher.clusters(signal)
        : rancher.findCluster(question.cluster, signal).then((cluster) => [cluster]),
      runs.openRuns(),
    ])
    const openRunOf = new Map(open.map((run) => [run.cluster, run.id]))
    const lines = found.map((cluster) => lineOf(cluster, openRunOf.get(cluster.name) ?? null))
    return { kind: 'clusters', clusters: lines.toSorted(byUrgency) }
  } catch (error) {
    const { message, nextStep, code } = asFailure(error)
    log.warn({ code, error }, 'a question about clusters could not be answered')
    return { kind: 'failure', message, nextStep }
  }
}

function ownersOf(
  { rancher, openCluster, configuredClusters, clock, probeLimitMs }: LookParts,
  traces: Traces,
  signal: AbortSignal,
): Promise<Owners> {
  const looking = {
    traces,
    rancher,
    openCluster,
    configured: configuredClusters,
    clock: () => clock().getTime(),
    limitMs: probeLimitMs,
  }
  return findOwners(looking, signal)
}

function lineOf(cluster: RancherCluster, openRun: string | null): ClusterLine {
  const { id, name, state, message } = cluster
  const ready = cluster.conditions.find((condition) => condition.type === 'Ready')
  const since = ready && ready.status !== 'True' ? ready.lastUpdateTime : null
  return { id, name, state, message, since, openRun }
}

function byUrgency(a: ClusterLine, b: ClusterLine): number {
  const rank = (line: ClusterLine) => (line.state === 'active' ? 1 : 0)
  return rank(a) - rank(b) || a.name.localeCompare(b.name)
}
