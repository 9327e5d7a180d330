import type { Quirks } from '../rancher-quirks.ts'
import type { ManifestSources } from './manifest-contract.ts'
import type { Json, JsonObject } from './recorded.ts'

/** The Deployment `cattle-cluster-agent` of a manifest. */
export function clusterAgent(sources: ManifestSources, secretName: string): JsonObject {
  const { quirks } = sources
  const app = 'cattle-cluster-agent'
  const hasRegistry = sources.registryCredentials !== null && quirks.has('privateRegistry')
  return {
    apiVersion: quirks.has('appsV1') ? 'apps/v1' : 'extensions/v1beta1',
    kind: 'Deployment',
    metadata: {
      name: app,
      namespace: 'cattle-system',
      ...(quirks.has('scaleAvailable') && {
        annotations: { 'management.cattle.io/scale-available': '2' },
      }),
    },
    spec: {
      selector: { matchLabels: { app } },
      template: {
        metadata: { labels: { app } },
        spec: {
          affinity: affinityOf(quirks, app),
          serviceAccountName: 'cattle',
          ...tolerations(sources),
          ...(sources.hasPriorityClass &&
            quirks.has('priorityClass') && {
              priorityClassName: 'cattle-cluster-agent-priority-class',
            }),
          containers: [
            {
              name: 'cluster-register',
              imagePullPolicy: 'IfNotPresent',
              env: variablesOf(sources, secretName).map(([name, value]) => ({ name, value })),
              image: sources.agentImage,
              volumeMounts: [
                { name: 'cattle-credentials', mountPath: '/cattle-credentials', readOnly: true },
              ],
              ...(quirks.has('readinessProbe') && { readinessProbe: READINESS_PROBE }),
            },
          ],
          ...(hasRegistry && { imagePullSecrets: [{ name: 'cattle-private-registry' }] }),
          volumes: [{ name: 'cattle-credentials', secret: credentialsMount(quirks, secretName) }],
        },
      },
      ...(quirks.has('surgingUpdate') && {
        strategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 0, maxSurge: 1 } },
      }),
    },
  }
}

const READINESS_PROBE = {
  initialDelaySeconds: 2,
  periodSeconds: 5,
  httpGet: { path: '/health', port: 8080 },
}

export function credentialsMount(quirks: Quirks, secretName: string): JsonObject {
  return { secretName, ...(quirks.has('restrictedSecretMount') && { defaultMode: 320 }) }
}

function variablesOf(
  sources: ManifestSources,
  secretName: string,
): readonly (readonly [name: string, value: string])[] {
  const { quirks, features, settings } = sources
  const showsFeatures =
    quirks.has('featuresVariable') && (features !== null || quirks.has('emptyFeaturesVariable'))
  const own: readonly (readonly [shown: boolean, name: string, value: string])[] = [
    [showsFeatures, 'CATTLE_FEATURES', features ?? ''],
    [quirks.has('isRkeVariable'), 'CATTLE_IS_RKE', String(sources.isRke)],
    [true, 'CATTLE_SERVER', sources.serverUrl],
    [true, 'CATTLE_CA_CHECKSUM', sources.caChecksum],
    [true, 'CATTLE_CLUSTER', 'true'],
    [true, 'CATTLE_K8S_MANAGED', 'true'],
    [quirks.has('clusterRegistryVariable'), 'CATTLE_CLUSTER_REGISTRY', ''],
    [quirks.has('systemDefaultRegistryVariable'), 'CATTLE_SYSTEM_DEFAULT_REGISTRY', ''],
    [quirks.has('credentialNameVariable'), 'CATTLE_CREDENTIAL_NAME', secretName],
    [quirks.has('systemUpgradeControllerVariable'), 'CATTLE_SUC_APP_NAME_OVERRIDE', ''],
  ]
  const strict = ['STRICT_VERIFY', String(sources.isTlsStrict)] as const
  const isSetByHand = settings.some(([name]) => name === 'STRICT_VERIFY')
  return [
    ...own.filter(([shown]) => shown).map(([, name, value]) => [name, value] as const),
    ...settings,
    ...(quirks.has('strictVerifyVariable') && !isSetByHand ? [strict] : []),
  ]
}

function tolerations({ quirks, taints }: ManifestSources): JsonObject {
  if (quirks.has('toleratesEverything')) return { tolerations: [{ operator: 'Exists' }] }
  if (!quirks.has('tolerationsFromTaints')) return {}
  if (taints.length === 0) return { tolerations: defaultTolerations(quirks) }
  return {
    tolerations: taints.map(({ key, value = '', effect }) => ({
      effect,
      key,
      ...(value === '' ? { operator: 'Exists' } : { operator: 'Equal', value }),
    })),
  }
}

function defaultTolerations(quirks: Quirks): readonly Json[] {
  const effect = 'NoSchedule'
  return [
    { effect, key: 'node-role.kubernetes.io/controlplane', value: 'true' },
    { effect, key: 'node-role.kubernetes.io/control-plane', operator: 'Exists' },
    ...(quirks.has('toleratesMaster')
      ? [{ effect, key: 'node-role.kubernetes.io/master', operator: 'Exists' }]
      : []),
  ]
}

function affinityOf(quirks: Quirks, app: string): JsonObject {
  if (!quirks.has('preferredNodes')) return { nodeAffinity: notOnWindows('beta.kubernetes.io/os') }
  const isTrue = (key: string) => ({
    matchExpressions: [{ key, operator: 'In', values: ['true'] }],
  })
  return {
    nodeAffinity: {
      preferredDuringSchedulingIgnoredDuringExecution: [
        { preference: isTrue('node-role.kubernetes.io/controlplane'), weight: 100 },
        { preference: isTrue('node-role.kubernetes.io/control-plane'), weight: 100 },
        { preference: isTrue('cattle.io/cluster-agent'), weight: 1 },
      ],
      ...notOnWindows('kubernetes.io/os'),
    },
    podAntiAffinity: {
      preferredDuringSchedulingIgnoredDuringExecution: [
        {
          podAffinityTerm: {
            labelSelector: { matchExpressions: [{ key: 'app', operator: 'In', values: [app] }] },
            topologyKey: 'kubernetes.io/hostname',
          },
          weight: 100,
        },
      ],
    },
  }
}

export function notOnWindows(key: string): JsonObject {
  const matchExpressions = [{ key, operator: 'NotIn', values: ['windows'] }]
  return {
    requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [{ matchExpressions }] },
  }
}
