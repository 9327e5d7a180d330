import type { Quirks } from '../rancher-quirks.ts'

/** What Rancher pushes to agents as `CATTLE_FEATURES` and shows as `agentFeatures`; none before 2.6, as recorded on 2.12.0 from 2.9 on. */
export function agentFeaturesOf(quirks: Quirks): Readonly<Record<string, boolean>> {
  if (!quirks.has('secondSession')) return {}
  const common = {
    'embedded-cluster-api': false,
    fleet: false,
    'multi-cluster-management': false,
    'multi-cluster-management-agent': true,
    provisioningv2: false,
    rke2: false,
  }
  if (!quirks.has('strictTlsByDefault')) return { ...common, monitoringv1: false }
  return {
    ...common,
    'managed-system-upgrade-controller': false,
    provisioningprebootstrap: false,
    'ui-sql-cache': true,
  }
}

/** As the agent is told them: `k=v,k=v`, by name. */
export function featuresText(features: Readonly<Record<string, boolean>>): string {
  return Object.entries(features)
    .map(([name, isOn]) => `${name}=${isOn}`)
    .sort()
    .join(',')
}
