import { hkdfSync, type KeyObject } from 'node:crypto'
import type { RancherConfig } from '../config/index.ts'
import { Failure } from '../recovery/index.ts'

/**
 * Workers that share this secret compute the same fingerprints, so a plan that one showed can be compared by another; without it, a
 * fingerprint says nothing about the value. It is REAGENT_FINGERPRINT_KEY, else Rancher's token, else the private signing key.
 */
export function fingerprintKeyFrom(
  { fingerprintSecret }: Pick<RancherConfig, 'fingerprintSecret'>,
  signingKey: KeyObject | null,
): Uint8Array {
  const source = fingerprintSecret?.reveal() ?? signingKey?.export({ type: 'pkcs8', format: 'pem' })
  if (source === undefined) {
    throw new Failure('config.invalid', { problems: '- REAGENT_FINGERPRINT_KEY: is required' })
  }
  return new Uint8Array(hkdfSync('sha256', source, '', 'reagent fingerprints', 32))
}
