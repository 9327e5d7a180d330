import { once } from 'node:events'
import { connect } from 'node:net'
import { until } from '../world/index.ts'
import type { Random } from './random.ts'
import { AGENTS_NAMESPACE, type Stage } from './stage.ts'

/** Something that is there on most clusters and explains nothing. */
export interface Noise {
  readonly name: string
  readonly play: (stage: Stage, random: Random) => Promise<void>
}

const time = (daysAgo: number) =>
  new Date(Date.now() - daysAgo * 24 * 60 * 60 * 1000).toISOString().replace(/\.\d+Z$/, 'Z')

/** The commonest warning of all, about an agent's pod. */
const nameserverWarning: Noise = {
  name: 'nameserver-warning',
  async play({ cluster }) {
    const [agent] = cluster.agents()
    await cluster.api('POST', `${AGENTS_NAMESPACE}/events`, {
      apiVersion: 'v1',
      kind: 'Event',
      metadata: { name: `${agent?.pod}.16a7`, namespace: 'cattle-system' },
      involvedObject: {
        apiVersion: 'v1',
        kind: 'Pod',
        namespace: 'cattle-system',
        name: agent?.pod,
      },
      type: 'Warning',
      reason: 'DNSConfigForming',
      message:
        'Nameserver limits were exceeded, some nameservers have been omitted, the applied nameserver line is: 192.0.2.53 192.0.2.54 192.0.2.55',
      count: 412,
      firstTimestamp: time(9),
      lastTimestamp: time(0),
      source: { component: 'kubelet', host: agent?.node },
    })
  },
}

/** The agents restarted once, long before, and run well since. */
const oldRestart: Noise = {
  name: 'old-restart',
  async play({ cluster, rancher, clusterId }) {
    const before = rancher.sessions(clusterId).length
    cluster.crashAgents({ exitCode: 255, reason: 'Error', logLines: [] })
    cluster.crashAgents(null)
    await until(
      'the agents to be back',
      () =>
        cluster.agents().every(({ isReady, restarts }) => isReady && restarts > 0) &&
        rancher.clusterState(clusterId) === 'active' &&
        rancher.sessions(clusterId).length === before,
    )
  },
}

/** What is left of a pod that was evicted weeks ago; nobody cleaned it up. */
const oldEvictedPod: Noise = {
  name: 'old-evicted-pod',
  async play({ cluster }) {
    const name = 'cattle-cluster-agent-5d6f7c8b9d-x7k2p'
    await cluster.api('POST', `${AGENTS_NAMESPACE}/pods`, {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name, namespace: 'cattle-system', labels: { app: 'cattle-cluster-agent' } },
      spec: {
        nodeName: cluster.nodes[0]?.name,
        containers: [{ name: 'cluster-register', image: 'rancher/rancher-agent:v2.1.1' }],
      },
    })
    const status = {
      phase: 'Failed',
      reason: 'Evicted',
      message: 'The node was low on resource: ephemeral-storage. ',
      startTime: time(40),
    }
    await cluster.api(
      'PATCH',
      `${AGENTS_NAMESPACE}/pods/${name}/status`,
      { status },
      { 'Content-Type': 'application/merge-patch+json' },
    )
  },
}

/** A load balancer looks whether the port is open: `TLS handshake error … EOF` in Rancher's log. */
const healthChecks: Noise = {
  name: 'health-checks',
  async play({ front }, random) {
    for (let check = 0; check <= random.integer(4); check += 1) {
      const socket = connect(front.port, '127.0.0.1')
      await once(socket, 'connect')
      socket.destroy()
    }
  },
}

const otherClusters: Noise = {
  name: 'other-clusters',
  async play({ rancher }, random) {
    for (const name of ['staging', 'edge-3', 'myk8s-old'].slice(random.integer(3))) {
      rancher.addCluster({ name, lost: true })
    }
  },
}

export const noises: readonly [Noise, ...Noise[]] = [
  nameserverWarning,
  oldRestart,
  oldEvictedPod,
  healthChecks,
  otherClusters,
]
