import type { Answer, ClusterLine, Question } from '../queue/index.ts'
import { Failure } from '../recovery/index.ts'
import { requireReading } from './context.ts'
import type { Terminal } from './contract.ts'

/** What Rancher says about clusters, for somebody who may read it. */
export async function askClusters(
  terminal: Terminal,
  question: Question,
  signal: AbortSignal,
): Promise<readonly ClusterLine[]> {
  requireReading(terminal)
  const answer = await terminal.ask(question, signal)
  if (answer.kind === 'clusters') return answer.clusters
  throw unanswered(answer)
}

/** The failure for a question that Rancher was not asked, or that was answered with something else. */
export function unanswered(answer: Answer): Failure {
  if (answer.kind !== 'failure') return new Failure('internal.unexpected')
  const { message, nextStep } = answer
  return new Failure('question.unanswered', { message, nextStep })
}
