import type { JsonRecord } from '../../cluster/index.ts'
import { has } from '../version-differences.ts'
import { credentialsNameIn, NAMESPACE } from './common-objects.ts'
import type { ManifestFacts, Variable } from './facts.ts'
import { affinityOf, tolerationsOf } from './scheduling.ts'

/** Deployment `cattle-cluster-agent`. */
export function clusterAgent(facts: ManifestFacts): JsonRecord {
  const { version, customization } = facts
  const labels = { app: 'cattle-cluster-agent' }
  const tolerations = tolerationsOf(facts)
  return {
    apiVersion: has(version, 'appsV1') ? 'apps/v1' : 'extensions/v1beta1',
    kind: 'Deployment',
    metadata: {
      name: 'cattle-cluster-agent',
      namespace: NAMESPACE,
      ...(has(version, 'agentService') && {
        annotations: { 'management.cattle.io/scale-available': '2' },
      }),
    },
    spec: {
      selector: { matchLabels: labels },
      template: {
        metadata: { labels },
        spec: {
          affinity: affinityOf(facts),
          serviceAccountName: 'cattle',
          ...(tolerations.length > 0 && { tolerations }),
          containers: [
            {
              name: 'cluster-register',
              imagePullPolicy: 'IfNotPresent',
              ...(customization?.resources && { resources: customization.resources }),
              env: variablesOf(facts),
              image: facts.image,
              volumeMounts: [credentialsMount()],
            },
          ],
          volumes: [credentialsVolume(facts)],
        },
      },
      ...(has(version, 'agentSurge') && {
        strategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 0, maxSurge: 1 } },
      }),
    },
  }
}

/** Where agents find their credentials. */
export function credentialsMount(): JsonRecord {
  return { name: 'cattle-credentials', mountPath: '/cattle-credentials', readOnly: true }
}

export function credentialsVolume(facts: ManifestFacts): JsonRecord {
  return {
    name: 'cattle-credentials',
    secret: {
      secretName: credentialsNameIn(facts),
      ...(has(facts.version, 'appsV1') && { defaultMode: 0o500 }),
    },
  }
}

function variablesOf(facts: ManifestFacts): readonly Variable[] {
  const { version, isRke } = facts
  const isOn = (condition: boolean, name: string, value: string) =>
    condition ? [{ name, value }] : []
  const hasEmptyFeatures = has(version, 'agentFeatures') && !has(version, 'agentService')
  return [
    ...isOn(hasEmptyFeatures, 'CATTLE_FEATURES', ''),
    ...isOn(
      has(version, 'isRkeVariable') && !has(version, 'noNodeAgent'),
      'CATTLE_IS_RKE',
      String(isRke),
    ),
    { name: 'CATTLE_SERVER', value: facts.url },
    { name: 'CATTLE_CA_CHECKSUM', value: facts.caChecksum },
    { name: 'CATTLE_CLUSTER', value: 'true' },
    { name: 'CATTLE_K8S_MANAGED', value: 'true' },
    ...isOn(has(version, 'clusterRegistryVariable'), 'CATTLE_CLUSTER_REGISTRY', ''),
    ...isOn(has(version, 'secretNameBySha256'), 'CATTLE_CREDENTIAL_NAME', credentialsNameIn(facts)),
    ...isOn(has(version, 'noNodeAgent'), 'CATTLE_SUC_APP_NAME_OVERRIDE', facts.upgradeAppName),
    ...facts.agentVariables,
  ]
}
