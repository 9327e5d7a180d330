import { isAmong } from '../../rancher/index.ts'
import { answerIn, type Observations } from '../observations.ts'
import type { KnownIssue } from './known-issue.ts'
import { withAgents } from './with-agents.ts'
import { withCertificatesAndWays } from './with-certificates-and-ways.ts'

/** Known issues whose symptom can be seen in a diagnosis; each of the two lists has the most specific first. */
export const knownIssues: readonly KnownIssue[] = [...withAgents, ...withCertificatesAndWays]

const MOST_NOTES = 2

/** Whether the cluster is connected: then the agents’ logs tell of what is over. */
interface Standing {
  readonly isConnected: boolean
}

/** The known issues that are seen, in a version that has them. Those bound to few versions say most, so they come first. */
export function seenIssues(
  observations: Observations,
  { isConnected }: Standing,
): readonly KnownIssue[] {
  return knownIssues
    .filter(({ whileConnected }) => whileConnected || !isConnected)
    .filter((issue) => isInRange(issue, observations) && issue.symptom(observations))
    .toSorted((a, b) => breadth(a) - breadth(b))
}

/** At most two, for the card: `known issue rancher/rancher#35151: …`. */
export function knownIssueNotes(observations: Observations, standing: Standing): readonly string[] {
  return seenIssues(observations, standing)
    .slice(0, MOST_NOTES)
    .map(({ issue, note }) => `known issue ${issue}: ${note}`)
}

function isInRange({ versions }: KnownIssue, observations: Observations): boolean {
  if (versions === null) return true
  const version = answerIn(observations.version)
  return version !== null && isAmong(version, versions)
}

/** Single patches before part of a line, a line before several lines, and what every version has last. */
function breadth({ versions }: KnownIssue): number {
  if (versions === null) return 4
  if (versions.some((range) => range.endsWith('..'))) return 3
  const parts = versions.flatMap((range) => range.split('..'))
  const isByPatch = parts.every((part) => part.split('.').length === 3)
  if (isByPatch) return versions.some((range) => range.includes('..')) ? 1 : 0
  return 2
}
