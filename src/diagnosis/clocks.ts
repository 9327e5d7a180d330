import { answerIn, type Observations } from './observations.ts'

/** How far apart clocks may be before a certificate can look expired on one and not on the other. */
const TOLERANCE_MS = 5 * 60_000

interface Clock {
  readonly whose: string
  readonly ms: number
}

/** What the clocks of the worker, Rancher and the API server say at about the same moment. */
function clocksOf(observations: Observations): readonly Clock[] {
  const address = answerIn(observations.address)
  const apiServer = answerIn(observations.agents)?.surroundings.apiServer
  return [
    { whose: 'the worker', ms: msOf(observations.observedAt) },
    { whose: 'Rancher', ms: msOf(address?.serverTime) },
    { whose: 'the API server', ms: msOf(apiServer?.time) },
  ].filter(({ ms }) => !Number.isNaN(ms))
}

/** The time that most clocks agree on, in milliseconds: the middle one of three, the later one of two. Null without any. */
export function likelyNow(observations: Observations): number | null {
  const sorted = clocksOf(observations)
    .map(({ ms }) => ms)
    .sort((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)] ?? null
}

/** How far the worker's clock is from both others, signed, in milliseconds; null when it is right or cannot be told. */
export function workerSkewMs(observations: Observations): number | null {
  const [worker, ...others] = clocksOf(observations)
  if (worker?.whose !== 'the worker' || others.length === 0) return null
  const distances = others.map(({ ms }) => worker.ms - ms)
  const agree = distances.every(
    (distance) => isSkew(distance) && Math.sign(distance) === Math.sign(distances[0] ?? 0),
  )
  return agree ? (distances[0] ?? null) : null
}

export interface NodeSkew {
  readonly node: string
  /** Signed, in milliseconds: positive when the node is ahead. */
  readonly skewMs: number
}

/**
 * Nodes whose kubelet reported a moment ago by a clock that is not now. A report from the future is always wrong; one from the
 * past may be of a node that is down, so it counts only for nodes that are ready.
 */
export function skewedNodes(observations: Observations): readonly NodeSkew[] {
  const now = likelyNow(observations)
  if (now === null) return []
  return (answerIn(observations.agents)?.nodes ?? []).flatMap(
    ({ name, heartbeatAt, conditions }) => {
      const skewMs = msOf(heartbeatAt) - now
      const isReady = conditions.some(({ type, status }) => type === 'Ready' && status === 'True')
      // A kubelet may report only every five minutes.
      const isBehind = isReady && skewMs < -2 * TOLERANCE_MS
      return skewMs > TOLERANCE_MS || isBehind ? [{ node: name, skewMs }] : []
    },
  )
}

export function isSkew(distanceMs: number): boolean {
  return Math.abs(distanceMs) > TOLERANCE_MS
}

/** Milliseconds of an ISO time, NaN for a text that is none. */
export function msOf(iso: string | null | undefined): number {
  return iso ? Date.parse(iso) : Number.NaN
}

/** `2 h ahead`, `3 d behind`. */
export function describeSkew(skewMs: number): string {
  const minutes = Math.round(Math.abs(skewMs) / 60_000)
  const size =
    minutes < 120
      ? `${minutes} min`
      : minutes < 2 * 24 * 60
        ? `${Math.round(minutes / 60)} h`
        : `${Math.round(minutes / (24 * 60))} days`
  return `${size} ${skewMs > 0 ? 'ahead' : 'behind'}`
}
