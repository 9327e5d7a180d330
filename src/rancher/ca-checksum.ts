import { createHash } from 'node:crypto'

/**
 * The checksum that agents are given for Rancher's authority: hex SHA-256 of the setting `cacerts` with a newline at its end,
 * `''` when the setting is empty. All bytes count, so two orders of the same certificates differ (setting-cacerts.json gives
 * the value in import.yaml).
 */
export function caChecksumOf(caCerts: string): string {
  if (caCerts === '') return ''
  const text = caCerts.endsWith('\n') ? caCerts : `${caCerts}\n`
  return createHash('sha256').update(text).digest('hex')
}
