import type { JsonRecord } from '../cluster/index.ts'

/** Without it the agent opens its first tunnel only, says nothing, and never counts as connected. */
export const NEEDED_FEATURE = 'multi-cluster-management-agent=true'

export const FEATURES = 'CATTLE_FEATURES'

/**
 * What Rancher itself sets from a cluster's `agentFeatures`: `k=v,k=v` by name (deployment-pushed.json). Null where Rancher does not
 * say any.
 */
export function featuresText(
  agentFeatures: Readonly<Record<string, boolean>> | null,
): string | null {
  const names = Object.keys(agentFeatures ?? {}).sort()
  return names.length === 0
    ? null
    : names.map((name) => `${name}=${agentFeatures?.[name] === true}`).join(',')
}

/** The variables with these features; Rancher has them first. */
export function withFeatures(env: readonly JsonRecord[], features: string): readonly JsonRecord[] {
  return [{ name: FEATURES, value: features }, ...env.filter(({ name }) => name !== FEATURES)]
}
