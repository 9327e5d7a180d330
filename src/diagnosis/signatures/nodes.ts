import type { NodeObserved, ObservedCondition } from '../../cluster/index.ts'
import { clusterAgentOf, podsOf } from '../agents.ts'
import { eventAbout, saw, textOf } from '../evidence.ts'
import { answerIn, type Observations } from '../observations.ts'
import { unsupportedRuntimes } from '../support/index.ts'
import { count, list, oneLine } from '../wording.ts'
import { CHANGES_NOTHING, type Signature } from './signature.ts'

// Where the agents' pods are to run: whether the nodes run pods at all, have room, and may take these.

const RUNTIME_FAILS =
  /container runtime is (?:down|not ready)|Error response from daemon|failed to start sandbox container|PLEG is not healthy|runtime service|[Rr]untime ?[Nn]ot ?[Rr]eady(?!.*(?:network|cni))|rpc error: code = (?:Unknown|Unavailable|Unimplemented).*(?:docker|containerd|runtime)|is not supported.*(?:runtime|docker)|unknown service runtime/

export const runtimeUnsupported: Signature = {
  id: 'runtime-unsupported',
  disproof:
    '`systemctl status docker` (or containerd) on the node shows it healthy, in a version that Rancher supports',
  recognise(observations) {
    const nodes = answerIn(observations.agents)?.nodes ?? []
    const broken = nodes.flatMap((node) => {
      const ready = readyOf(node)
      return ready && ready.status !== 'True' && RUNTIME_FAILS.test(ready.message)
        ? [{ node, ready }]
        : []
    })
    const event = eventAbout(observations, /FailedCreatePodSandBox/)
    const warnings = unsupportedRuntimes(observations)
    const agent = clusterAgentOf(observations)
    const isFailing =
      broken.length > 0 ||
      (event !== null && (warnings.length > 0 || RUNTIME_FAILS.test(event.message)))
    if (!isFailing || !agent) return null
    const onBroken = podsOf(observations).filter(({ node }) =>
      broken.some((it) => it.node.name === node),
    )
    const decides = agent.readyPods === 0
    const [first] = broken
    return {
      confidence: !decides ? 'possible' : warnings.length > 0 ? 'certain' : 'likely',
      summary: first
        ? `the container runtime of ${count(broken.length, 'node')} does not work: ${oneLine(first.node.name)} with ${oneLine(first.node.runtime)}`
        : `the container runtime does not start the agents’ pods: ${list(warnings)}`,
      evidence: [
        ...broken
          .slice(0, 2)
          .map(({ node, ready }) =>
            saw(
              'cluster',
              `node ${oneLine(node.name)} is not ready: ${oneLine(ready.message)}`,
              ready.at,
            ),
          ),
        ...(event ? [saw('event', textOf(event), event.at)] : []),
        ...warnings.map((warning) => saw('cluster', warning)),
        ...(onBroken.length > 0
          ? [saw('cluster', `${count(onBroken.length, 'agent pod')} on it`)]
          : []),
      ],
      remedy: `Repair the container runtime on the node, where it was upgraded go back to a version that this Rancher supports, and restart it: \`systemctl restart docker\` (or containerd), then the kubelet. ${CHANGES_NOTHING}`,
      reapplyHelps: false,
    }
  },
}

export const agentEvicted: Signature = {
  id: 'agent-evicted',
  disproof: 'a newer pod of the agent runs, on a node without pressure',
  recognise(observations) {
    const agent = clusterAgentOf(observations)
    const evicted = agent?.pods.filter((pod) => pod.endedBecause?.reason === 'Evicted') ?? []
    const event = eventAbout(observations, /^Evicted/)
    const [first] = evicted
    // Evicted pods stay listed for weeks; one that came after them and runs shows that they explain nothing.
    const isOver =
      agent?.pods.some(({ phase, node }) => phase === 'Running' && node !== null) === true
    if (!agent || isOver || (!first && !event)) return null
    const pressed = (answerIn(observations.agents)?.nodes ?? []).flatMap((node) =>
      node.conditions
        .filter(({ type, status }) => /Pressure$/.test(type) && status === 'True')
        .map(({ type, message, at }) =>
          saw('cluster', `node ${oneLine(node.name)}: ${type} ${oneLine(message)}`, at),
        ),
    )
    const isNow = pressed.length > 0 || event !== null
    return {
      confidence: agent.readyPods === 0 && isNow ? 'certain' : 'possible',
      summary: `the agent was evicted from its node: ${oneLine(first?.endedBecause?.message || (event?.message ?? 'the node is low on a resource'))}`,
      evidence: [
        saw(
          'cluster',
          `${count(evicted.length, 'evicted pod')} of ${agent.ref.name}, ${agent.readyPods}/${agent.desiredPods} ready`,
        ),
        ...(event ? [saw('event', textOf(event), event.at)] : []),
        ...pressed.slice(0, 3),
      ],
      remedy: `Free disk or memory on the nodes (\`kubectl describe nodes\`; images and logs first); Kubernetes then starts the agent by itself. ${CHANGES_NOTHING}`,
      reapplyHelps: false,
    }
  },
}

export const agentUnschedulable: Signature = {
  id: 'agent-unschedulable',
  disproof: 'the pod has a node: `kubectl -n cattle-system get pods -o wide`',
  recognise(observations) {
    const agent = clusterAgentOf(observations)
    if (!agent) return null
    const waiting = agent.pods.flatMap((pod) => {
      const scheduled = pod.conditions.find(({ type }) => type === 'PodScheduled')
      return scheduled?.status === 'False' ? [{ pod, scheduled }] : []
    })
    const event = eventAbout(observations, /^FailedScheduling/)
    const isWithoutNode = agent.pods.some(({ node, phase }) => node === null && phase === 'Pending')
    const [first] = waiting
    if (!first && !(event && isWithoutNode)) return null
    const message = oneLine(first?.scheduled.message || (event?.message ?? ''))
    return {
      confidence: agent.readyPods === 0 ? 'certain' : 'possible',
      summary: `no node takes the agent’s pod: ${message || 'it is not scheduled'}`,
      evidence: [
        ...(first
          ? [
              saw(
                'cluster',
                `pod ${first.pod.name}: ${oneLine(first.scheduled.reason)} ${message}`,
                first.scheduled.at,
              ),
            ]
          : []),
        ...(event ? [saw('event', textOf(event), event.at)] : []),
        ...nodesNotReady(observations),
      ],
      remedy: `Make room for the pod on a node, take the taint off one, or let the agent tolerate it (Cluster Management → Edit → Agent; before 2.7.5 on the Deployment). ${CHANGES_NOTHING}`,
      reapplyHelps: false,
    }
  },
}

/** The agent's pod stands on a node whose kubelet has gone silent, so that nothing else is known of it. */
export const nodeNotReady: Signature = {
  id: 'agent-unschedulable',
  disproof: '`kubectl get nodes` shows a node that is Ready',
  recognise(observations) {
    const nodes = answerIn(observations.agents)?.nodes ?? []
    const agent = clusterAgentOf(observations)
    const isAnyReady = nodes.some(
      (node) => readyOf(node)?.status === 'True' || readyOf(node) === null,
    )
    if (!agent || nodes.length === 0 || isAnyReady || agent.readyPods > 0) return null
    return {
      confidence: 'likely',
      summary: `no node of the cluster is ready (${nodes.length} of ${nodes.length})`,
      evidence: nodesNotReady(observations),
      remedy: `Bring a node back: \`kubectl describe nodes\`, then the kubelet’s log there. Kubernetes then starts the agent by itself. ${CHANGES_NOTHING}`,
      reapplyHelps: false,
    }
  },
}

function nodesNotReady(observations: Observations) {
  return (answerIn(observations.agents)?.nodes ?? [])
    .flatMap((node) => {
      const ready = readyOf(node)
      return ready && ready.status !== 'True'
        ? [
            saw(
              'cluster',
              `node ${oneLine(node.name)} is not ready: ${oneLine(ready.message)}`,
              ready.at,
            ),
          ]
        : []
    })
    .slice(0, 3)
}

function readyOf({ conditions }: NodeObserved): ObservedCondition | null {
  return conditions.find(({ type }) => type === 'Ready') ?? null
}
