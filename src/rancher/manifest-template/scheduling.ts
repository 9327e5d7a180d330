import type { JsonRecord } from '../../cluster/index.ts'
import { has } from '../version-differences.ts'
import type { ManifestFacts } from './facts.ts'

/** Not on nodes that run Windows. */
export function linuxOnly(): JsonRecord {
  return {
    nodeSelectorTerms: [
      { matchExpressions: [expression('beta.kubernetes.io/os', 'NotIn', 'windows')] },
    ],
  }
}

/** Which nodes the cluster agent may and should run on. */
export function affinityOf({ version, customization }: ManifestFacts): JsonRecord {
  if (customization) return customization.affinity
  const required = { requiredDuringSchedulingIgnoredDuringExecution: linuxOnly() }
  const preferred = (preferences: readonly JsonRecord[]) => ({
    nodeAffinity: { ...required, preferredDuringSchedulingIgnoredDuringExecution: preferences },
  })
  if (has(version, 'agentService')) {
    return {
      ...preferred([
        preference(100, 'node-role.kubernetes.io/controlplane'),
        preference(100, 'node-role.kubernetes.io/control-plane'),
        preference(100, 'node-role.kubernetes.io/master'),
        preference(1, 'cattle.io/cluster-agent'),
      ]),
      podAntiAffinity: {
        preferredDuringSchedulingIgnoredDuringExecution: [
          {
            weight: 100,
            podAffinityTerm: {
              labelSelector: {
                matchExpressions: [expression('app', 'In', 'cattle-cluster-agent')],
              },
              topologyKey: 'kubernetes.io/hostname',
            },
          },
        ],
      },
    }
  }
  if (!has(version, 'agentToleratesAll')) return { nodeAffinity: required }
  return preferred([
    preference(100, 'node-role.kubernetes.io/controlplane'),
    preference(1, 'node-role.kubernetes.io/etcd'),
  ])
}

/** The taints that the cluster agent stands; Rancher renders only the usual ones for people's manifests. */
export function tolerationsOf({ version, customization }: ManifestFacts): readonly JsonRecord[] {
  if (!has(version, 'agentToleratesAll')) return []
  if (!has(version, 'agentToleratesControlPlane')) return [{ operator: 'Exists' }]
  const exists = (role: string) => ({
    effect: 'NoSchedule',
    key: `node-role.kubernetes.io/${role}`,
    operator: 'Exists',
  })
  return [
    { effect: 'NoSchedule', key: 'node-role.kubernetes.io/controlplane', value: 'true' },
    exists('control-plane'),
    ...(has(version, 'noNodeAgent') ? [] : [exists('master')]),
    ...(customization?.appendTolerations ?? []),
  ]
}

function preference(weight: number, label: string): JsonRecord {
  return { weight, preference: { matchExpressions: [expression(label, 'In', 'true')] } }
}

function expression(key: string, operator: string, value: string): JsonRecord {
  return { key, operator, values: [value] }
}
