import type { ClusterState } from './contract.ts'
import { type JsonObject, recordedTimeline, textIn } from './recorded.ts'

/** What Rancher says of a cluster's connection, and since when. */
export interface ClusterStatus {
  readonly state: ClusterState
  readonly message: string
  readonly reason: string
  readonly changedAt: Date
  /** As the API shows them; null: the recorded ones of 2.1.5, with `Ready` made from the above. */
  readonly conditions: readonly JsonObject[] | null
  firstSessionOpened(): void
  lastSessionClosed(): void
  /** What Rancher finds through the tunnel: a problem, or null when there is none. */
  healthReported(problem: string | null): void
  /** The session that an agent opens besides from 2.6 on, while it answers pings. */
  secondSessionOpened(): void
  secondSessionClosed(): void
  /** Rancher has pushed its own manifest, or failed to: why. */
  agentDeployed(failure: string | null): void
  /** Nothing changes any more. */
  stop(): void
}

interface Step {
  readonly afterSeconds: number
  readonly state: ClusterState
  readonly message: string
}

const AFTER_LOSS = stepsOf('disconnect-timeline.jsonl')
const AFTER_RECONNECT = stepsOf('reconnect-timeline.jsonl')

/**
 * Follows the recorded timelines: `unavailable` 2.9 s after the last session closed; after a reconnect `active` at 18 s,
 * `unavailable` with an empty message at 33 s, `active` for good at 48 s, all times `timeScale`.
 */
export function createClusterStatus(options: {
  readonly lost: boolean
  readonly timeScale: number
  readonly now: () => Date
  readonly onChange: (status: ClusterStatus) => void
}): ClusterStatus {
  let timers: NodeJS.Timeout[] = []
  let isStopped = false
  let state: ClusterState = options.lost ? 'unavailable' : 'pending'
  let message = options.lost ? (AFTER_LOSS[0]?.message ?? '') : ''
  let changedAt = options.now()

  const change = (next: Omit<Step, 'afterSeconds'>) => {
    if (next.state === state && next.message === message) return
    ;({ state, message } = next)
    changedAt = options.now()
    options.onChange(status)
  }
  const stopFollowing = () => {
    for (const timer of timers) clearTimeout(timer)
    timers = []
  }
  const follow = (steps: readonly Step[]) => {
    stopFollowing()
    if (isStopped) return
    timers = steps.map((step) =>
      setTimeout(() => change(step), step.afterSeconds * 1000 * options.timeScale),
    )
  }
  const status: ClusterStatus = {
    get state() {
      return state
    },
    get message() {
      return message
    },
    get reason() {
      return message === '' ? '' : 'ComponentStatsFetchingFailure'
    },
    get changedAt() {
      return changedAt
    },
    conditions: null,
    firstSessionOpened() {
      stopFollowing()
      if (state === 'pending') change({ state: 'active', message: '' })
      else if (state === 'unavailable') follow(AFTER_RECONNECT)
    },
    lastSessionClosed: () => follow(AFTER_LOSS),
    healthReported(problem) {
      stopFollowing()
      if (problem === null) change({ state: 'active', message: '' })
      else change({ state: 'unavailable', message: problem })
    },
    secondSessionOpened: () => undefined,
    secondSessionClosed: () => undefined,
    agentDeployed: () => undefined,
    stop() {
      isStopped = true
      stopFollowing()
    },
  }
  return status
}

/** The first line of a recording is how things were before. */
function stepsOf(recording: string): readonly Step[] {
  return recordedTimeline(recording)
    .slice(1)
    .map((line) => ({
      afterSeconds: Number(line.t),
      state: line.state === 'active' ? 'active' : 'unavailable',
      message: textIn(line.message),
    }))
}
