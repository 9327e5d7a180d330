import { quirksOf } from '../../rancher-quirks.ts'
import { AGENT_WORKLOADS, changePodTemplates } from '../agent-manifest.ts'
import type { Fault } from '../contract.ts'
import { restartAgents, type Stage } from '../stage.ts'

const MERGE = { 'Content-Type': 'application/merge-patch+json' }

export const agentEvicted: Fault = {
  name: 'agent-evicted',
  title: 'every node runs out of disk and evicts the agents',
  causes: ['agent-evicted', 'agent-unschedulable'],
  reapplyHelps: false,
  async play({ cluster }, random) {
    const names = cluster.nodes.map(({ name }) => name)
    await cluster.trouble.pressNodes(names, random.pick(['DiskPressure', 'MemoryPressure']))
  },
  symptom: ({ cluster }) => ({
    rancherState: 'unavailable',
    event: /Evicted: The node was low on resource: (ephemeral-storage|memory)/,
    pod: /Failed Evicted/,
    object: { path: `/api/v1/nodes/${cluster.nodes[0]?.name}`, says: /(Disk|Memory)Pressure True/ },
  }),
}

async function changeNodes({ cluster }: Stage, spec: object): Promise<void> {
  for (const { name } of cluster.nodes) {
    await cluster.api('PATCH', `/api/v1/nodes/${name}`, { spec }, MERGE)
  }
}

export const agentUnschedulable: Fault = {
  name: 'agent-unschedulable',
  title: 'no node takes the cluster agent: tainted, cordoned, or too small for what it asks',
  causes: ['agent-unschedulable'],
  reapplyHelps: false,
  async play(stage, random) {
    const picked = random.pick(['tainted', 'cordoned', 'too-small'])
    // Agents of 2.2.5 to 2.5.3 tolerate every taint.
    const isTolerated = quirksOf(stage.rancher.version).has('toleratesEverything')
    const kind = isTolerated ? 'too-small' : picked
    if (kind === 'too-small') {
      const resources = { requests: { memory: '64Gi' } }
      const strategy = { spec: { strategy: { type: 'Recreate', rollingUpdate: null } } }
      const path = '/apis/apps/v1/namespaces/cattle-system/deployments/cattle-cluster-agent'
      await stage.cluster.api('PATCH', path, strategy, MERGE)
      await changePodTemplates(
        stage.cluster,
        (name) => ({ containers: [{ name, resources }] }),
        AGENT_WORKLOADS.slice(0, 1),
      )
      return
    }
    await changeNodes(
      stage,
      kind === 'tainted'
        ? { taints: [{ key: 'dedicated', value: 'database', effect: 'NoSchedule' }] }
        : {
            unschedulable: true,
            taints: [{ key: 'node.kubernetes.io/unschedulable', effect: 'NoSchedule' }],
          },
    )
    await restartAgents(stage)
  },
  symptom: () => ({
    rancherState: 'unavailable',
    event: /FailedScheduling: 0\/\d+ nodes are available: /,
    pod: /Pending .*Unschedulable/,
  }),
}

const REFUSALS = [
  'admission webhook "validate.kyverno.svc-fail" denied the request: \n\nresource Pod/cattle-system/cattle-cluster-agent was blocked due to the following policies\n\nrequire-run-as-non-root:\n  check-containers: \'validation error: Running as root is not allowed.\'\n',
  'Internal error occurred: failed calling webhook "validation.gatekeeper.sh": Post https://gatekeeper-webhook-service.gatekeeper-system.svc:443/v1/admit?timeout=3s: no endpoints available for service "gatekeeper-webhook-service"',
  'Internal error occurred: failed calling webhook "sidecar-injector.istio.io": Post https://istiod.istio-system.svc:443/inject?timeout=10s: x509: certificate has expired or is not yet valid: current time 2026-11-25T04:00:00Z is after 2026-11-20T00:00:00Z',
] as const

export const admissionWebhookRefuses: Fault = {
  name: 'admission-webhook-refuses',
  title: 'an admission webhook lets no pod of the agents be made',
  causes: ['admission-webhook-refuses'],
  reapplyHelps: false,
  async play(stage, random) {
    stage.cluster.trouble.refusePods(random.pick([...REFUSALS]))
    await restartAgents(stage)
  },
  symptom: () => ({
    rancherState: 'unavailable',
    event:
      /FailedCreate: Error creating: (admission webhook|Internal error occurred: failed calling)/,
  }),
}

/** The incident: docker was upgraded past what the Rancher of the time supported. */
export const runtimeUnsupported: Fault = {
  name: 'runtime-unsupported',
  title: 'docker on the nodes was upgraded past what Rancher supports; no container starts there',
  causes: ['runtime-unsupported'],
  reapplyHelps: false,
  existsOn: (version) => version.startsWith('2.1.'),
  async play(stage) {
    const names = stage.cluster.nodes.map(({ name }) => name)
    for (const name of names) {
      const status = { nodeInfo: { containerRuntimeVersion: 'docker://18.9.0' } }
      await stage.cluster.api('PATCH', `/api/v1/nodes/${name}/status`, { status }, MERGE)
    }
    stage.cluster.trouble.failSandboxes(
      names,
      'failed to start sandbox container for pod "cattle-cluster-agent": Error response from daemon: cgroup-parent for systemd cgroup should be a valid slice named as "xxx.slice"',
    )
    await restartAgents(stage)
  },
  symptom: ({ cluster }) => ({
    rancherState: 'unavailable',
    event: /FailedCreatePodSandBox: Failed create pod sandbox: rpc error/,
    pod: /ContainerCreating/,
    object: { path: `/api/v1/nodes/${cluster.nodes[0]?.name}`, says: /docker:\/\/18\.9\.0/ },
  }),
}
