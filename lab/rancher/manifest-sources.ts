import type { Quirks } from '../rancher-quirks.ts'
import { agentFeaturesOf, featuresText } from './agent-features.ts'
import type { Cluster } from './cluster-record.ts'
import { caChecksum } from './import-manifest.ts'
import type { ManifestSources } from './manifest-contract.ts'
import type { Settings } from './settings.ts'

/** What the manifest is made from that people fetch; `cluster` is null for an id that Rancher does not know. */
export function sourcesForImport(
  quirks: Quirks,
  settings: Settings,
  asked: { readonly token: string; readonly host: string; readonly cluster: Cluster | null },
): ManifestSources {
  const { token, host, cluster } = asked
  const ownUrl = `https://${host}`
  const serverUrl = settings.value('server-url') || ownUrl
  return {
    ...common(quirks, settings, cluster),
    serverUrl: quirks.has('manifestUrlFromServerUrl') ? serverUrl : ownUrl,
    token,
    namespace: '',
    isRke: cluster?.kind === 'rke1' && !quirks.has('importForgetsCluster'),
    features: null,
    taints: [],
    registryCredentials: null,
    hasPriorityClass: false,
  }
}

/** What the manifest is made from that Rancher pushes itself. */
export function sourcesForPush(
  quirks: Quirks,
  settings: Settings,
  { cluster, token }: { readonly cluster: Cluster; readonly token: string },
): ManifestSources {
  return {
    ...common(quirks, settings, cluster),
    serverUrl: settings.value('server-url'),
    token,
    namespace: cluster.id,
    isRke: cluster.kind === 'rke1',
    features: featuresText(agentFeaturesOf(quirks)),
    taints: cluster.nodes
      .filter(isControlPlane)
      .flatMap(({ taints }) => taints.filter(({ key }) => !key.startsWith('node.kubernetes.io'))),
    registryCredentials: cluster.registryCredentials,
    hasPriorityClass: cluster.hasPriorityClass,
  }
}

function common(quirks: Quirks, settings: Settings, cluster: Cluster | null) {
  const told: readonly (readonly [name: string, value: string])[] = [
    ['CATTLE_SERVER_VERSION', settings.value('server-version')],
    ['CATTLE_INSTALL_UUID', settings.value('install-uuid')],
    ['CATTLE_INGRESS_IP_DOMAIN', settings.value('ingress-ip-domain')],
    ...Object.entries(cluster?.agentEnvVars ?? {}),
  ]
  return {
    quirks,
    caChecksum: caChecksum(settings.value('cacerts')),
    agentImage: settings.value('agent-image'),
    settings: quirks.has('agentSettingVariables') ? told : [],
    isTlsStrict: settings.value('agent-tls-mode') === 'strict',
  }
}

function isControlPlane({ labels }: Cluster['nodes'][number]): boolean {
  return ['controlplane', 'control-plane'].some(
    (role) => labels[`node-role.kubernetes.io/${role}`] === 'true',
  )
}
