import { readFileSync } from 'node:fs'
import type {
  AgentPod,
  AgentsObserved,
  AgentWorkload,
  NodeObserved,
  ObservedEvent,
  Surroundings,
} from '../../src/cluster/index.ts'
import type { Observations, Seen } from '../../src/diagnosis/index.ts'
import {
  type AddressView,
  type PresentedCertificate,
  type RancherCluster,
  type RancherCondition,
  type RancherSettings,
  rancherVersionOf,
} from '../../src/rancher/index.ts'
import { Failure, type FailureCode, type FailureFacts } from '../../src/recovery/index.ts'

export const RANCHER_URL = 'https://rancher.example.com'
export const CA = '7afd1beb4deebb80cae54c4c72e8c6f0708a8c46c6c10426d39e8932b9c307fd'
export const OTHER_CA = '3f9a51c0d7be4e6a8c2f1b0a9d8e7f6c5b4a39281706f5e4d3c2b1a0f9e8d7c6'
/** When all is looked at: a few seconds after the last line of the recorded logs of 2.1.5. */
export const NOW = '2026-11-22T21:43:00.000Z'
export const TOKEN = 'fp:aaaaaaaaaaaa'

export function seen<T>(value: T): Seen<T> {
  return { ok: true, value }
}

export function unseen(code: FailureCode, facts: FailureFacts = {}) {
  return { ok: false, failure: new Failure(code, { ...FACTS, ...facts }) } as const
}
const FACTS = {
  url: RANCHER_URL,
  server: 'https://192.0.2.10:6443',
  timeoutMs: '4000',
  reason: 'connection refused',
  status: '503',
  cluster: 'myk8s',
  tried: 'no kubeconfig is named',
}

export function condition(type: string, status: 'True' | 'False', at: string): RancherCondition {
  return { type, status, reason: '', message: '', lastUpdateTime: at }
}

/** As in fixture cluster-unavailable.json. */
export function lostCluster(over: Partial<RancherCluster> = {}): RancherCluster {
  return {
    id: 'c-sxlbv',
    name: 'myk8s',
    state: 'unavailable',
    transitioning: 'yes',
    message: 'Failed to communicate with API server: waiting for cluster agent to connect',
    conditions: [condition('Ready', 'False', '2026-11-22T21:40:00Z')],
    driver: 'imported',
    provider: '',
    agentFeatures: null,
    annotations: {},
    internal: false,
    apiEndpoint: 'https://192.0.2.10:6443',
    apiServerCaPem: null,
    kubernetesVersion: 'v1.11.6',
    ...over,
  }
}

export function activeCluster(over: Partial<RancherCluster> = {}): RancherCluster {
  return lostCluster({
    state: 'active',
    transitioning: 'no',
    message: '',
    conditions: [condition('Ready', 'True', '2026-11-22T21:00:00Z')],
    ...over,
  })
}

export function settings(over: Partial<RancherSettings> = {}): RancherSettings {
  return {
    serverUrl: RANCHER_URL,
    caCerts: 'PEM of the authority',
    caChecksum: CA,
    agentImage: 'rancher/rancher-agent:v2.1.5',
    ...over,
  }
}

export function certificate(over: Partial<PresentedCertificate> = {}): PresentedCertificate {
  return {
    subject: 'CN=rancher.example.com',
    issuer: 'CN=cattle-ca,O=the-ranch',
    fingerprint: 'B7:1C:00:11:22:33:44:55:66:77:88:99:AA:BB:CC:DD',
    validFrom: '2026-01-01T00:00:00Z',
    validTo: '2027-01-01T00:00:00Z',
    verdict: { trusted: true },
    ...over,
  }
}

/** Rancher’s address as anybody sees it: all well, and no certificate to judge. */
export function addressView(over: Partial<AddressView> = {}): AddressView {
  return {
    url: RANCHER_URL,
    ipAddresses: ['192.0.2.1'],
    problem: null,
    chain: [],
    isPubliclyTrusted: false,
    isForThisHost: true,
    serverTime: NOW,
    ping: { status: 200, isPong: true },
    caChecksum: null,
    connect: { status: 200, body: 'failed authentication' },
    ...over,
  }
}

export function untrusted(reason: string): PresentedCertificate {
  return certificate({
    issuer: 'CN=Another CA',
    verdict: { trusted: false, reason },
  })
}

export function pod(over: Partial<AgentPod> = {}): AgentPod {
  return {
    name: 'cattle-cluster-agent-6d9c8c7b5-x2x4q',
    node: 'w1',
    phase: 'Running',
    ready: true,
    restarts: 0,
    waitingReason: null,
    terminatedReason: null,
    exitCode: null,
    stateMessage: '',
    endedBecause: null,
    conditions: [],
    otherContainers: [],
    createdAt: '2026-11-22T20:59:00Z',
    startedAt: '2026-11-22T21:00:00Z',
    isOfTemplate: true,
    isTerminating: false,
    logLines: [],
    logTimes: [],
    ...over,
  }
}

export function clusterAgent(over: Partial<AgentWorkload> = {}): AgentWorkload {
  return {
    ref: {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      namespace: 'cattle-system',
      name: 'cattle-cluster-agent',
    },
    desiredPods: 1,
    readyPods: 1,
    updatedPods: 1,
    rolledOut: true,
    image: 'rancher/rancher-agent:v2.1.5',
    env: { CATTLE_SERVER: RANCHER_URL, CATTLE_CA_CHECKSUM: CA },
    credentials: {
      secretName: 'cattle-credentials-303a0bd',
      exists: true,
      url: RANCHER_URL,
      tokenFingerprint: TOKEN,
    },
    conditions: [],
    pods: [pod()],
    ...over,
  }
}

export function nodeAgent(over: Partial<AgentWorkload> = {}): AgentWorkload {
  const names = ['cattle-node-agent-a', 'cattle-node-agent-b', 'cattle-node-agent-c']
  return clusterAgent({
    ref: {
      apiVersion: 'apps/v1',
      kind: 'DaemonSet',
      namespace: 'cattle-system',
      name: 'cattle-node-agent',
    },
    desiredPods: 3,
    readyPods: 3,
    updatedPods: 3,
    pods: names.map((name) => pod({ name })),
    ...over,
  })
}

export function agents(over: Partial<AgentsObserved> = {}): AgentsObserved {
  return {
    namespaceExists: true,
    clusterAgent: clusterAgent(),
    nodeAgent: nodeAgent(),
    events: [],
    nodes: [node()],
    surroundings: surroundings(),
    ...over,
  }
}

export function surroundings(over: Partial<Surroundings> = {}): Surroundings {
  return {
    namespace: { phase: 'Active', conditions: [] },
    serviceAccount: { exists: true, missingSecrets: [], caPem: null },
    lastConnection: null,
    fleetAgent: null,
    dns: { desiredPods: 2, readyPods: 2 },
    webhooks: [],
    apiAddresses: null,
    apiServer: { failingChecks: [], tookMs: 5, time: NOW },
    ...over,
  }
}

export function event(reason: string, message: string, at: string | null = null): ObservedEvent {
  return { reason, message, about: 'Pod cattle-cluster-agent-6d9c8c7b5-x2x4q', at }
}

export function node(over: Partial<NodeObserved> = {}): NodeObserved {
  return {
    name: 'w1',
    runtime: 'docker://17.3.2',
    kubeletVersion: 'v1.11.6',
    osImage: 'Ubuntu 16.04.7 LTS',
    conditions: [],
    heartbeatAt: NOW,
    ...over,
  }
}

/** A cluster that Rancher has lost though everything looks right; each test says what is not. */
export function observations(over: Partial<Observations> = {}): Observations {
  return {
    cluster: 'myk8s',
    rancherUrl: RANCHER_URL,
    observedAt: NOW,
    isSecondLook: false,
    configuredCaPem: '',
    configuredAuthority: { subject: 'CN=cattle-ca', fingerprint: 'AA:BB:CC:DD:EE:FF:00:11:22' },
    ping: seen(undefined),
    record: seen(lostCluster()),
    settings: seen(settings()),
    version: seen(rancherVersionOf('v2.1.5')),
    registrations: seen([TOKEN]),
    certificate: seen(certificate()),
    certificateForAgents: seen(certificate()),
    installation: seen({ installUuid: 'a-uuid', agentTlsMode: '' }),
    owners: seen([]),
    rancherNodes: seen([]),
    address: seen(addressView()),
    serverUrlAddress: seen(addressView()),
    agentsAddress: seen(null),
    apiServer: seen({
      uid: 'uid-of-kube-system',
      server: 'https://192.0.2.10:6443',
      caPem: null,
      version: 'v1.11.6',
    }),
    agents: seen(agents()),
    looks: [],
    ...over,
  }
}

/** The first run in a recorded agent log: what one container printed. */
export function recordedLog(name: string, version = 'v2.1.5'): readonly string[] {
  const file = new URL(
    `../fixtures/agent-logs/rancher-${version}/${name}.agent.txt`,
    import.meta.url,
  )
  const lines = readFileSync(file, 'utf8').trimEnd().split('\n')
  const end = lines.findIndex((line) => line.startsWith('-- '))
  return end < 0 ? lines : lines.slice(0, end)
}

/** Agents that were started as the recorded one was, every pod with the recorded log. */
function recordedAgents(name: string, version = 'v2.1.5'): AgentsObserved {
  const logLines = recordedLog(name, version)
  const environment = logLines[0]?.split(' ') ?? []
  const env = Object.fromEntries(
    environment.filter((word) => word.startsWith('CATTLE_')).map((word) => word.split('=', 2)),
  )
  const withLog = (workload: AgentWorkload): AgentWorkload => ({
    ...workload,
    env,
    image: `rancher/rancher-agent:${version}`,
    credentials: { ...workload.credentials, url: env.CATTLE_SERVER ?? RANCHER_URL },
    pods: workload.pods.map((it) => ({ ...it, logLines })),
  })
  return agents({
    clusterAgent: withLog(clusterAgent()),
    nodeAgent: withLog(nodeAgent()),
    surroundings: surroundings({ apiServer: null }),
  })
}

/** What is seen of a cluster whose agents print the recorded log; Rancher has the authority that the agent of that recording pinned. */
export function recorded(
  name: string,
  over: Partial<Observations> = {},
  version?: string,
): Observations {
  const found = recordedAgents(name, version)
  const { CATTLE_CA_CHECKSUM: pinned = CA, CATTLE_SERVER: serverUrl = RANCHER_URL } =
    found.clusterAgent?.env ?? {}
  const lastLine = recordedLog(name, version).findLast((line) => line.startsWith('time="'))
  const ended = /time="([^"]+)"/.exec(lastLine ?? '')?.[1] ?? NOW
  return observations({
    rancherUrl: serverUrl,
    observedAt: new Date(Date.parse(ended) + 5_000).toISOString(),
    version: seen(rancherVersionOf(version ?? 'v2.1.5')),
    address: seen(addressView({ url: serverUrl, serverTime: null })),
    serverUrlAddress: seen(addressView({ url: serverUrl, serverTime: null })),
    agents: seen(found),
    settings: seen(
      settings({
        caChecksum: pinned,
        serverUrl,
        agentImage: `rancher/rancher-agent:${version ?? 'v2.1.5'}`,
      }),
    ),
    ...over,
  })
}
