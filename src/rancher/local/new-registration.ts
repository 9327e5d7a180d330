import { randomInt } from 'node:crypto'

/** Rancher's own alphabet and lengths (rancher/wrangler pkg/randomtoken; names as in local-clusterregistrationtokens.json). */
const ALPHABET = 'bcdfghjklmnpqrstvwxz2456789'
const TOKEN_LENGTH = 54
const NAME_LENGTH = 5

/** Name and token of a registration, as Rancher would make them. */
export function newRegistration(): { readonly name: string; readonly token: string } {
  return { name: `crt-${characters(NAME_LENGTH)}`, token: characters(TOKEN_LENGTH) }
}

function characters(length: number): string {
  return Array.from({ length }, () => ALPHABET[randomInt(ALPHABET.length)]).join('')
}
