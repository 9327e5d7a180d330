import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { AgentPod, AgentsObserved, AgentWorkload } from '../../src/cluster/index.ts'
import { findCauses, findNotes, type Observations, type Seen } from '../../src/diagnosis/index.ts'
import { rancherVersionOf } from '../../src/rancher/index.ts'
import { Failure, type FailureCode } from '../../src/recovery/index.ts'
import {
  activeCluster,
  addressView,
  agents,
  certificate,
  clusterAgent,
  event,
  lostCluster,
  NOW,
  node,
  nodeAgent,
  observations,
  pod,
  recordedLog,
  settings,
  surroundings,
  untrusted,
} from './builders.ts'

const CODES: readonly FailureCode[] = [
  'rancher.unreachable',
  'rancher.timed-out',
  'rancher.failing',
  'rancher.forbidden',
  'rancher.unexpected-answer',
  'rancher.certificate-untrusted',
  'rancher.cluster-not-found',
  'cluster.unreachable',
  'cluster.timed-out',
  'cluster.forbidden',
  'cluster.failing',
  'cluster.no-credentials',
  'internal.unexpected',
]
const FACTS = {
  url: 'u',
  server: 's',
  timeoutMs: '1',
  reason: 'r',
  status: '500',
  cluster: 'c',
  said: 'etcdserver',
}

const nasty = fc.oneof(
  fc.string({ maxLength: 60 }),
  fc.constantFrom(
    '',
    'not a time',
    NOW,
    'x509: certificate has expired or is not yet valid: current time nonsense is after never',
    'websocket: bad handshake',
    'Response status: 999 - . Response body: ',
    '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----',
    'https://[::1',
    'http://localhost:99999',
  ),
)
const time = fc.oneof(fc.constant(null), nasty)

function seenOr<T>(value: fc.Arbitrary<T>): fc.Arbitrary<Seen<T>> {
  const failure = fc
    .constantFrom(...CODES)
    .map((code) => ({ ok: false as const, failure: new Failure(code, FACTS) }))
  return fc.oneof(
    { weight: 4, arbitrary: value.map((it) => ({ ok: true as const, value: it })) },
    failure,
  )
}

/** The builder’s value, some of its fields replaced. */
function like<T extends object>(
  base: T,
  fields: { [K in keyof T]?: fc.Arbitrary<T[K]> },
): fc.Arbitrary<T> {
  const model = fields as { [K in keyof T]: fc.Arbitrary<T[K]> }
  return fc.record(model, { requiredKeys: [] }).map((some) => ({ ...base, ...some }))
}

const someCondition = fc.record({
  type: fc.oneof(
    fc.constantFrom('Ready', 'PodScheduled', 'ReplicaFailure', 'MemoryPressure'),
    nasty,
  ),
  status: fc.constantFrom('True', 'False', 'Unknown', ''),
  reason: nasty,
  message: nasty,
  at: time,
})
const logs = fc.oneof(
  fc.constant(null),
  fc.array(nasty, { maxLength: 6 }),
  fc
    .constantFrom(
      'ok',
      'token-unknown',
      'dns-no-such-host',
      'lb-cert-expired',
      'ca-checksum-mismatch',
      'lb-captive-cacerts',
    )
    .map((name) => recordedLog(name)),
)
const somePod: fc.Arbitrary<AgentPod> = like(pod(), {
  node: fc.oneof(fc.constant(null), nasty),
  phase: fc.constantFrom('Running', 'Pending', 'Failed', 'Unknown'),
  ready: fc.boolean(),
  restarts: fc.nat(20),
  waitingReason: fc.oneof(
    fc.constantFrom(null, 'CrashLoopBackOff', 'ImagePullBackOff', 'RunContainerError'),
    nasty,
  ),
  terminatedReason: fc.constantFrom(null, 'OOMKilled', 'Error'),
  exitCode: fc.constantFrom(null, 0, 1, 127, 137),
  stateMessage: nasty,
  endedBecause: fc.oneof(
    fc.constant(null),
    fc.record({ reason: fc.constantFrom('Evicted', 'NodeLost'), message: nasty }),
  ),
  conditions: fc.array(someCondition, { maxLength: 3 }),
  createdAt: time,
  startedAt: time,
  logLines: logs,
  logTimes: fc.array(time, { maxLength: 6 }),
})
const env = fc.dictionary(
  fc.constantFrom(
    'CATTLE_SERVER',
    'CATTLE_CA_CHECKSUM',
    'CATTLE_FEATURES',
    'HTTPS_PROXY',
    'STRICT_VERIFY',
  ),
  nasty,
)
function someWorkload(base: AgentWorkload): fc.Arbitrary<AgentWorkload | null> {
  return fc.oneof(
    { weight: 1, arbitrary: fc.constant(null) },
    {
      weight: 5,
      arbitrary: like(base, {
        desiredPods: fc.nat(2),
        readyPods: fc.nat(2),
        rolledOut: fc.boolean(),
        image: nasty,
        env,
        credentials: fc.record({
          secretName: fc.oneof(fc.constant(null), nasty),
          exists: fc.boolean(),
          url: fc.oneof(fc.constant(null), nasty),
          tokenFingerprint: fc.constantFrom(null, 'fp:aaaaaaaaaaaa', 'fp:bbbbbbbbbbbb'),
        }),
        conditions: fc.array(someCondition, { maxLength: 2 }),
        pods: fc.array(somePod, { maxLength: 3 }),
      }),
    },
  )
}
const someEvent = fc
  .tuple(
    fc.constantFrom(
      'FailedCreate',
      'FailedScheduling',
      'FailedCreatePodSandBox',
      'Evicted',
      'Failed',
    ),
    fc.oneof(
      nasty,
      fc.constantFrom(
        'admission webhook "x" denied the request',
        'exceeded quota',
        'serviceaccount "cattle" not found',
      ),
    ),
    time,
  )
  .map(([reason, message, at]) => event(reason, message, at))
const someAgents: fc.Arbitrary<AgentsObserved> = like(agents(), {
  namespaceExists: fc.boolean(),
  clusterAgent: someWorkload(clusterAgent()),
  nodeAgent: someWorkload(nodeAgent()),
  events: fc.array(someEvent, { maxLength: 3 }),
  nodes: fc.array(
    like(node(), {
      name: nasty,
      runtime: nasty,
      conditions: fc.array(someCondition, { maxLength: 2 }),
      heartbeatAt: time,
    }),
    { maxLength: 3 },
  ),
  surroundings: like(surroundings(), {
    namespace: fc.constantFrom(null, { phase: 'Terminating', conditions: [] }),
    serviceAccount: fc.oneof(
      fc.constant(null),
      fc.record({
        exists: fc.boolean(),
        missingSecrets: fc.array(nasty, { maxLength: 2 }),
        caPem: fc.oneof(fc.constant(null), nasty),
      }),
    ),
    fleetAgent: fc.oneof(
      fc.constant(null),
      fc.record({
        namespace: nasty,
        desiredPods: fc.nat(1),
        readyPods: fc.nat(1),
        logLines: fc.array(nasty, { maxLength: 3 }),
      }),
    ),
    apiServer: fc.oneof(
      fc.constant(null),
      fc.record({ failingChecks: fc.array(nasty, { maxLength: 2 }), tookMs: fc.nat(5000), time }),
    ),
  }),
})
const someAddress = like(addressView(), {
  url: nasty,
  problem: fc.oneof(fc.constant(null), nasty),
  chain: fc.array(
    fc.record({
      subject: nasty,
      issuer: nasty,
      fingerprint: nasty,
      validFrom: nasty,
      validTo: nasty,
      pem: nasty,
    }),
    { maxLength: 2 },
  ),
  isPubliclyTrusted: fc.boolean(),
  serverTime: time,
  ping: fc.oneof(fc.constant(null), fc.record({ status: fc.nat(599), isPong: fc.boolean() })),
  caChecksum: fc.oneof(fc.constant(null), nasty),
  connect: fc.oneof(fc.constant(null), fc.record({ status: fc.nat(599), body: nasty })),
})
const somePresented = fc.constantFrom(
  certificate(),
  untrusted('it has expired'),
  untrusted('it is not for this host name'),
  untrusted('anything'),
  certificate({ validFrom: 'never', validTo: 'nonsense' }),
)
const someRecord = fc.oneof(
  fc.constantFrom(activeCluster(), lostCluster({ state: 'removing' })),
  like(lostCluster(), {
    message: nasty,
    driver: nasty,
    apiEndpoint: fc.oneof(fc.constant(null), nasty),
    apiServerCaPem: fc.oneof(fc.constant(null), nasty),
    agentFeatures: fc.constantFrom(null, { 'multi-cluster-management-agent': true }),
  }),
)
const world: fc.Arbitrary<Observations> = like(observations(), {
  rancherUrl: nasty,
  observedAt: fc.constantFrom(NOW, '1970-01-01T00:00:00.000Z', '2040-01-01T00:00:00.000Z'),
  ping: seenOr(fc.constant(undefined)),
  record: seenOr(someRecord),
  settings: seenOr(
    like(settings(), { serverUrl: nasty, caCerts: nasty, caChecksum: nasty, agentImage: nasty }),
  ),
  version: seenOr(
    fc.constantFrom('v2.1.5', 'v2.6.9', 'v2.12.0', 'dev').map((it) => rancherVersionOf(it)),
  ),
  registrations: seenOr(fc.subarray(['fp:aaaaaaaaaaaa', 'fp:cccccccccccc'])),
  certificate: seenOr(somePresented),
  certificateForAgents: seenOr(somePresented),
  installation: seenOr(
    fc.record({ installUuid: nasty, agentTlsMode: fc.constantFrom('', 'strict') }),
  ),
  owners: seenOr(
    fc.array(
      fc.record({
        clusterId: nasty,
        fingerprint: fc.constantFrom('fp:aaaaaaaaaaaa', 'fp:bbbbbbbbbbbb'),
      }),
      { maxLength: 2 },
    ),
  ),
  rancherNodes: seenOr(fc.array(nasty, { maxLength: 3 })),
  address: seenOr(someAddress),
  serverUrlAddress: seenOr(someAddress),
  agentsAddress: seenOr(fc.oneof(fc.constant(null), someAddress)),
  agents: seenOr(someAgents),
})

describe('whatever is seen', () => {
  it('there is a first cause, each cause once, and the same for the same observations', () => {
    fc.assert(
      fc.property(world, (it) => {
        const before = JSON.stringify(it)
        const causes = findCauses(it)
        expect(causes.length).toBeGreaterThan(0)
        expect(new Set(causes.map(({ id }) => id)).size).toBe(causes.length)
        expect(findCauses(it)).toEqual(causes)
        findNotes(it, causes)
        expect(JSON.stringify(it)).toBe(before)
      }),
      { numRuns: 1_000 },
    )
  })

  it('no re-apply is asked for behind a cause that it does not heal', () => {
    fc.assert(
      fc.property(world, (it) => {
        const causes = findCauses(it)
        const blocked = causes.findIndex(
          (cause) => !cause.reapplyHelps && cause.confidence !== 'possible',
        )
        const behind = blocked < 0 ? [] : causes.slice(blocked)
        expect(behind.filter(({ reapplyHelps }) => reapplyHelps)).toEqual([])
      }),
      { numRuns: 1_000 },
    )
  })

  it('every cause says why, what to do and what would disprove it, in short lines that are fit to print', () => {
    fc.assert(
      fc.property(world, (it) => {
        for (const { id, summary, evidence, remedy, disproof } of findCauses(it)) {
          expect(summary.length * remedy.length * disproof.length).toBeGreaterThan(0)
          if (id !== 'not-found-out') expect(evidence.length).toBeGreaterThan(0)
          for (const line of [summary, ...evidence.map(({ says }) => says)]) {
            expect(line.length).toBeLessThan(1_200)
            expect(line).not.toMatch(/\p{Cc}/u)
          }
        }
      }),
      { numRuns: 500 },
    )
  })
})
