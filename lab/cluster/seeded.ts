import { createHash } from 'node:crypto'

/** The alphabet of Kubernetes' generated names: no vowels, nothing that looks alike. */
const NAME_ALPHABET = 'bcdfghjklmnpqrstvwxz2456789'

/** Characters that depend only on the seed and the key, so that their order of use does not matter. */
export function seededCharacters(seed: number, key: string, count: number): string {
  const bytes = createHash('sha512').update(`${seed}:${key}`).digest().subarray(0, count)
  return [...bytes].map((byte) => NAME_ALPHABET.charAt(byte % NAME_ALPHABET.length)).join('')
}

export function seededUuid(seed: number, key: string): string {
  const hex = createHash('sha256').update(`${seed}:${key}`).digest('hex')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`
}
