import { createHmac } from 'node:crypto'

/**
 * `fp:` and the first 12 hex digits of HMAC-SHA256 over `value`: tells whether two secrets are equal without telling
 * either. Values of a Secret's `data` are fingerprinted decoded, so that they compare with what Rancher says in clear.
 */
export function fingerprintOf(key: Uint8Array, value: string | Uint8Array): string {
  return `fp:${createHmac('sha256', key).update(value).digest('hex').slice(0, 12)}`
}
