/** One figure of a benchmark: what was measured, beside a peer measured in the same run where there is one. */
export interface Figure {
  readonly name: string
  readonly unit: 'ms' | 'MiB' | 'packages' | 'cases' | '%'
  readonly value: number
  /** What the goal speaks of: the ratio to the peer, or the value itself. */
  readonly goal: Goal
  readonly peer?: { readonly name: string; readonly value: number }
  readonly ratio?: number
  /** The least that could be had: what the peer of the peer does. */
  readonly floor?: { readonly name: string; readonly value: number }
  readonly samples: number
  /** What did not go as it should, a line each. */
  readonly misses?: readonly string[]
}

type Goal =
  | { readonly of: 'ratio' | 'value'; readonly atMost: number }
  | { readonly of: 'value'; readonly atLeast: number }

export function isReached({ goal, value, ratio = Number.NaN }: Figure): boolean {
  if ('atLeast' in goal) return value >= goal.atLeast
  return (goal.of === 'ratio' ? ratio : value) <= goal.atMost
}

/** The value below which `share` of the samples lie (nearest rank). */
export function quantile(samples: readonly number[], share: number): number {
  const sorted = samples.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * share) - 1)] ?? Number.NaN
}

export function median(samples: readonly number[]): number {
  return quantile(samples, 0.5)
}
