import { isRecord, type JsonRecord, recordAt, recordsAt, textAt } from '../../cluster/index.ts'
import type { RancherSettings, Registration } from '../contract.ts'
import type { Customization, ManifestFacts, Variable } from '../manifest-template/facts.ts'
import { has, type RancherVersion } from '../version-differences.ts'
import type { CustomResources } from './custom-resources.ts'

/**
 * Reads what a manifest is made from. Null where Rancher would put something into it that is not known here exactly: credentials of
 * the cluster's own registry, or a shortened name.
 */
export async function readManifestFacts(
  resources: CustomResources,
  asked: {
    readonly version: RancherVersion
    readonly registration: Registration
    readonly settings: RancherSettings
  },
  signal: AbortSignal,
): Promise<ManifestFacts | null> {
  const { version, registration, settings } = asked
  const setting = (name: string) => resources.setting(name, signal)
  const [cluster, url, registry] = await Promise.all([
    resources.clusterResource(registration.clusterId, signal),
    setting('server-url'),
    setting('system-default-registry'),
  ])
  if (!cluster || hasOwnRegistry(cluster)) return null
  const upgradeAppName = upgradeAppNameOf(version, cluster)
  const [agentVariables, customization] = await Promise.all([
    agentVariablesOf(version, cluster, setting),
    customizationOf(version, cluster, setting),
  ])
  if (upgradeAppName === null || customization === 'unknown') return null
  return {
    version,
    url,
    token: registration.token,
    caChecksum: settings.caChecksum,
    image: withRegistry(settings.agentImage, registry),
    isRke: textAt(cluster, 'status', 'driver') === 'rancherKubernetesEngine',
    agentVariables,
    upgradeAppName,
    customization,
  }
}

type ReadSetting = (name: string) => Promise<string>

/** pkg/image/resolve.go */
function withRegistry(image: string, registry: string): string {
  if (registry === '' || image.startsWith(registry)) return image
  return `${registry}/${image.includes('/') ? image : `library/${image}`}`
}

function hasOwnRegistry(cluster: JsonRecord): boolean {
  const spec = recordAt(cluster, 'spec')
  return (
    recordsAt(spec, 'rancherKubernetesEngineConfig', 'privateRegistries').length > 0 ||
    Boolean(textAt(spec, 'importedConfig', 'privateRegistryURL')) ||
    Boolean(textAt(spec, 'clusterSecrets', 'privateRegistrySecret')) ||
    Boolean(textAt(spec, 'clusterSecrets', 'privateRegistryURL')) ||
    Boolean(textAt(cluster, 'status', 'privateRegistrySecret'))
  )
}

/** settings.DefaultAgentSettingsAsEnvVars, `spec.agentEnvVars` and the TLS mode (pkg/systemtemplate/import.go). */
async function agentVariablesOf(
  version: RancherVersion,
  cluster: JsonRecord,
  setting: ReadSetting,
): Promise<readonly Variable[]> {
  if (!has(version, 'agentSettingsVariables')) return []
  const [serverVersion, installUuid, ingressIpDomain, tlsMode] = await Promise.all([
    setting('server-version'),
    setting('install-uuid'),
    setting('ingress-ip-domain'),
    setting('agent-tls-mode'),
  ])
  const own = recordsAt(cluster, 'spec', 'agentEnvVars').flatMap(variableIn)
  const isStrictGiven = own.some(({ name }) => name === 'STRICT_VERIFY')
  return [
    { name: 'CATTLE_SERVER_VERSION', value: serverVersion },
    { name: 'CATTLE_INSTALL_UUID', value: installUuid },
    { name: 'CATTLE_INGRESS_IP_DOMAIN', value: ingressIpDomain },
    ...own,
    ...(has(version, 'strictVerify') && !isStrictGiven
      ? [{ name: 'STRICT_VERIFY', value: String(tlsMode === 'strict') }]
      : []),
  ]
}

function variableIn(entry: JsonRecord): readonly Variable[] {
  const name = textAt(entry, 'name')
  const value = textAt(entry, 'value')
  if (name === null) return []
  return [
    {
      name,
      ...(value !== null && { value }),
      ...(isRecord(entry.valueFrom) && { valueFrom: entry.valueFrom }),
    },
  ]
}

const LONGEST_UPGRADE_NAME = 47

/** Null where Rancher would cut the name and put a hash behind it (capr.SafeConcatName). */
function upgradeAppNameOf(version: RancherVersion, cluster: JsonRecord): string | null {
  const provider = textAt(cluster, 'status', 'provider')
  const isProvisioned =
    textAt(cluster, 'status', 'driver') === 'imported' &&
    (provider === 'rke2' || provider === 'k3s')
  const displayName = textAt(cluster, 'spec', 'displayName') ?? ''
  if (!has(version, 'noNodeAgent') || !isProvisioned || displayName === '') return ''
  const name = `${displayName}-managed-system-upgrade-controller`
  return name.length > LONGEST_UPGRADE_NAME ? null : `mcc-${name}`
}

async function customizationOf(
  version: RancherVersion,
  cluster: JsonRecord,
  setting: ReadSetting,
): Promise<Customization | null | 'unknown'> {
  if (!has(version, 'agentCustomization')) return null
  const wanted = recordAt(cluster, 'spec', 'clusterAgentDeploymentCustomization')
  const override = wanted.overrideAffinity
  const affinity = isRecord(override)
    ? override
    : parsed(await setting('cluster-agent-default-affinity'))
  if (!isRecord(affinity)) return 'unknown'
  const resources = wanted.overrideResourceRequirements
  const budget = recordAt(wanted, 'schedulingCustomization').podDisruptionBudget
  return {
    affinity,
    appendTolerations: recordsAt(wanted, 'appendTolerations'),
    resources: isRecord(resources) ? resources : null,
    podDisruptionBudget:
      has(version, 'podDisruptionBudget') && isRecord(budget) ? budgetIn(budget) : null,
  }
}

/** Rancher keeps both as text; the manifest has numbers where they are numbers, and leaves out the one that is empty or 0. */
function budgetIn(budget: JsonRecord): JsonRecord {
  return Object.fromEntries(
    ['minAvailable', 'maxUnavailable'].flatMap((field) => {
      const text = textAt(budget, field) ?? ''
      if (text === '' || text === '0') return []
      return [[field, /^\d+$/.test(text) ? Number(text) : text]]
    }),
  )
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
