import type { AgentsExpected, RancherCluster, RancherCondition } from '../rancher/index.ts'
import { conditionOf, whyNotConnected } from './rancher-says.ts'

/** What the caller knows of the time since the apply. */
export interface SinceApply {
  /** ISO time of the apply, by the worker's clock. */
  readonly since: string
  /** Whether any look since then saw the cluster not connected. */
  readonly seenDisconnected: boolean
}

/** By which conditions of this cluster Rancher shows that the agents are connected. */
export type ConnectedBy = Pick<
  AgentsExpected,
  'mustBeTrue' | 'mustHaveTurned' | 'readyWithoutAgents'
>

/**
 * Whether Rancher's record proves that the cluster connected after the apply; `reason` says why, or what is still missing.
 *
 * Connected means active, no transition, and the conditions of this version true. That alone proves nothing: Rancher keeps an old Ready
 * for up to half a minute after an agent is gone, so they must be dated after the apply. Rancher 2.1.5 writes whole seconds (fixture
 * cluster-unavailable.json), cut off rather than rounded, so whole seconds are compared:
 *
 * - a later second: turned true after the apply
 * - the same second: before or after, nobody can tell; proven only when it was seen not connected since the apply
 * - no time at all, as on some versions: likewise
 * - an earlier second: older than the apply, never accepted, whatever was seen meanwhile: it may be another Rancher replica's old
 *   record. It also stays so when Rancher's clock is behind the worker's, so the reason says to compare them.
 *
 * One such look is not a recovery yet: a real 2.1.5 drops back once, 15 s later (fixture reconnect-timeline.jsonl).
 */
export function rancherRecovered(
  cluster: RancherCluster,
  { since, seenDisconnected }: SinceApply,
  { mustBeTrue, mustHaveTurned, readyWithoutAgents }: ConnectedBy,
): { readonly connected: boolean; readonly reason: string } {
  const missing = whyNotConnected(cluster)
  if (missing) return { connected: false, reason: missing }
  const absent = mustBeTrue.find((type) => conditionOf(cluster, type)?.status !== 'True')
  if (absent) return { connected: false, reason: `Rancher’s condition ${absent} is not true` }
  for (const type of mustHaveTurned) {
    const condition = conditionOf(cluster, type)
    const doubt = condition && doubtAbout(condition, since, seenDisconnected)
    if (!doubt) continue
    const reason =
      readyWithoutAgents && type === 'Ready'
        ? `${doubt}; Rancher reaches a hosted cluster without its agents too`
        : doubt
    return { connected: false, reason }
  }
  return { connected: true, reason: 'Rancher says active and connected since the apply' }
}

/** When the conditions that count were last touched: Rancher does that only where something about them changes. */
export function conditionTimes(cluster: RancherCluster, { mustBeTrue }: ConnectedBy): string {
  return mustBeTrue
    .map((type) => `${type} ${conditionOf(cluster, type)?.lastUpdateTime ?? 'undated'}`)
    .join(', ')
}

function doubtAbout(
  condition: RancherCondition,
  since: string,
  seenDisconnected: boolean,
): string | null {
  const turned = wholeSeconds(condition.lastUpdateTime)
  const applied = wholeSeconds(since)
  if (applied === null) return 'The time of the apply is not known'
  if (turned !== null && turned > applied) return null
  if (turned !== null && turned < applied) {
    return `Rancher’s ${condition.type} is older than the apply; if it stays so, compare the clocks of Rancher and the worker`
  }
  return seenDisconnected
    ? null
    : `Rancher’s ${condition.type} does not show yet whether it is from after the apply`
}

function wholeSeconds(time: string | null): number | null {
  const ms = time === null ? Number.NaN : Date.parse(time)
  return Number.isNaN(ms) ? null : Math.floor(ms / 1000)
}
