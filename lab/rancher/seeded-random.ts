import { createHash } from 'node:crypto'

const TOKEN_ALPHABET = 'bcdfghjklmnpqrstvwxz2456789'

/** Ids and tokens in Rancher's alphabet; equal seeds give equal sequences. */
export interface SeededRandom {
  characters(count: number): string
  uuid(): string
}

export function createSeededRandom(seed: number): SeededRandom {
  let drawn = 0
  const byte = () => {
    drawn += 1
    return createHash('sha256').update(`${seed}:${drawn}`).digest().readUInt8(0)
  }
  const pick = (alphabet: string, count: number) =>
    Array.from({ length: count }, () => alphabet.charAt(byte() % alphabet.length)).join('')
  const hex = (count: number) => pick('0123456789abcdef', count)
  return {
    characters: (count) => pick(TOKEN_ALPHABET, count),
    uuid: () => `${hex(8)}-${hex(4)}-11f1-92ac-${hex(12)}`,
  }
}
