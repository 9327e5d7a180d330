/** Numbers that depend only on a seed (Mulberry32). */
export interface Random {
  /** From 0 to `below` - 1. */
  integer(below: number): number
  chance(share: number): boolean
  pick<T>(items: readonly [T, ...T[]]): T
}

export function createRandom(seed: number): Random {
  let state = seed >>> 0
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  const integer = (below: number) => Math.floor(next() * below)
  return {
    integer,
    chance: (share) => next() < share,
    pick: (items) => items[integer(items.length)] ?? items[0],
  }
}
