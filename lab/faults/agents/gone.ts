import { AGENT_WORKLOADS, refOf } from '../agent-manifest.ts'
import type { Fault } from '../contract.ts'
import { AGENTS_NAMESPACE } from '../stage.ts'

export const agentsDeleted: Fault = {
  name: 'agents-deleted',
  title: 'somebody deleted the agents',
  causes: ['agents-missing'],
  reapplyHelps: true,
  async play({ cluster }, random) {
    const onlyTheClusterAgent = random.chance(0.3)
    for (const workload of AGENT_WORKLOADS) {
      if (onlyTheClusterAgent && workload.kind === 'DaemonSet') continue
      await cluster.deleteObject(refOf(workload))
    }
  },
  symptom: () => ({ rancherState: 'unavailable' }),
}

export const namespaceDeleted: Fault = {
  name: 'namespace-deleted',
  title: 'somebody deleted the namespace cattle-system',
  causes: ['agents-missing'],
  reapplyHelps: true,
  play: ({ cluster }) =>
    cluster.deleteObject({ apiVersion: 'v1', kind: 'Namespace', name: 'cattle-system' }),
  symptom: () => ({ rancherState: 'unavailable' }),
}

export const agentsScaledToZero: Fault = {
  name: 'agents-scaled-to-zero',
  title: 'the Deployment of the cluster agent was scaled to zero',
  causes: ['agents-scaled-to-zero'],
  reapplyHelps: true,
  play: ({ cluster }) => cluster.scale(refOf(AGENT_WORKLOADS[0]), 0),
  symptom: () => ({ rancherState: 'unavailable' }),
}

/** Conditions as the namespace controller writes them. */
const CONDITIONS = {
  discovery: {
    type: 'NamespaceDeletionDiscoveryFailure',
    status: 'True',
    reason: 'DiscoveryFailed',
    message:
      'Discovery failed for some groups, 1 failing: unable to retrieve the complete list of server APIs: metrics.k8s.io/v1beta1: the server is currently unable to handle the request',
  },
  finalizer: {
    type: 'NamespaceFinalizersRemaining',
    status: 'True',
    reason: 'SomeFinalizersRemain',
    message:
      'Some content in the namespace has finalizers remaining: controller.cattle.io/namespace-auth in 1 resource instances',
  },
  remaining: {
    type: 'NamespaceContentRemaining',
    status: 'True',
    reason: 'SomeResourcesRemain',
    message: 'Some resources are remaining: secrets. has 1 resource instances',
  },
} as const

export const namespaceTerminating: Fault = {
  name: 'namespace-terminating',
  title: 'cattle-system was deleted and hangs in Terminating; nothing new can be made in it',
  causes: ['namespace-terminating'],
  reapplyHelps: false,
  async play({ cluster }, random) {
    const merge = { 'Content-Type': 'application/merge-patch+json' }
    const finalizers = ['controller.cattle.io/namespace-auth']
    await cluster.api('PATCH', AGENTS_NAMESPACE, { metadata: { finalizers } }, merge)
    await cluster.deleteObject({ apiVersion: 'v1', kind: 'Namespace', name: 'cattle-system' })
    const conditions = random.chance(0.5)
      ? [CONDITIONS.finalizer, CONDITIONS.remaining]
      : [CONDITIONS.discovery]
    const lastTransitionTime = new Date().toISOString().replace(/\.\d+Z$/, 'Z')
    const dated = conditions.map((condition) => ({ ...condition, lastTransitionTime }))
    await cluster.api(
      'PATCH',
      `${AGENTS_NAMESPACE}/status`,
      { status: { conditions: dated } },
      merge,
    )
  },
  symptom: () => ({
    rancherState: 'unavailable',
    object: { path: AGENTS_NAMESPACE, says: /Terminating.*(DiscoveryFailed|SomeFinalizersRemain)/ },
  }),
}
