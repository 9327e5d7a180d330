/**
 * Where Rancher's versions differ. Everything else in this room holds for all of them.
 *
 * The manifest's path: 2.1 to 2.5.5 serve `/v3/import/<token>.yaml`; from 2.5.6 on the token is followed by `_<cluster id>` and
 * the bare form is no longer routed (`pkg/multiclustermanager/routes.go`).
 */
export function importPathOf(token: string): string {
  return `/v3/import/${token}.yaml`
}

/** The versions whose manifest is found at that path. */
export const SUPPORTED_VERSIONS = 'Rancher 2.1 to 2.5.5'

const OLDEST = [2, 1, 0]
const TOO_NEW = [2, 5, 6]

/** Whether Reagent can recover clusters of this `server-version`; null for a build that does not say its version (`dev`). */
export function isSupportedVersion(version: string): boolean | null {
  const numbers = /^v?(\d+)\.(\d+)\.(\d+)/.exec(version)?.slice(1).map(Number)
  if (!numbers) return null
  return compare(numbers, OLDEST) >= 0 && compare(numbers, TOO_NEW) < 0
}

function compare(one: readonly number[], other: readonly number[]): number {
  const at = one.findIndex((number, index) => number !== other[index])
  return at < 0 ? 0 : (one[at] ?? 0) - (other[at] ?? 0)
}
