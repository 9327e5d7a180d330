import { describe, expect, it } from 'vitest'
import { createAuthority } from '../../lab/certificates/index.ts'
import type { AgentWorkload } from '../../src/cluster/index.ts'
import { findCauses, findNotes, type Observations } from '../../src/diagnosis/index.ts'
import { rancherVersionOf } from '../../src/rancher/index.ts'
import type { CauseId } from '../../src/recovery/index.ts'
import {
  activeCluster,
  addressView,
  agents,
  clusterAgent,
  condition,
  event,
  lostCluster,
  NOW,
  node,
  observations,
  pod,
  recordedLog,
  seen,
  settings,
  surroundings,
  TOKEN,
  unseen,
  untrusted,
} from './builders.ts'
import { served, servedOf } from './certificates.ts'

const now = new Date('2026-11-01T00:00:00Z')
const ca = createAuthority({ commonName: 'cattle-ca', organization: 'the-ranch', now })
const namesake = createAuthority({ commonName: 'cattle-ca', organization: 'the-ranch', now })
const issuing = createAuthority({ commonName: 'Corp Issuing CA 1', organization: 'Corp', now })
const inspecting = createAuthority({ commonName: 'Zscaler Root CA', organization: 'Zscaler', now })

const failed = (line: string) => [
  'INFO: Environment: CATTLE_SERVER=https://rancher.example.com',
  'INFO: Using resolv.conf: nameserver 10.43.0.10',
  line,
]
const refused = (error: string, message = 'Failed to connect to proxy. Empty dialer response') => [
  'time="2026-11-22T21:42:50Z" level=info msg="Connecting to proxy" url="wss://rancher.example.com/v3/connect"',
  `time="2026-11-22T21:42:50Z" level=error msg="${message}" error="${error}"`,
]
/** Connected ten minutes ago, and silent since. */
const connected = [
  'time="2026-11-22T21:33:00Z" level=info msg="Connecting to proxy" url="wss://rancher.example.com/v3/connect"',
]

function saying(logLines: readonly string[], over: Partial<AgentWorkload> = {}, more = {}) {
  const agent = clusterAgent({ pods: [pod({ logLines })], ...over })
  return { agents: seen(agents({ clusterAgent: agent, nodeAgent: null, ...more })) }
}
const waiting = (over: Parameters<typeof pod>[0]) =>
  ({ readyPods: 0, pods: [pod({ ready: false, logLines: null, ...over })] }) as const
const without = (over: Parameters<typeof agents>[0]) => ({
  agents: seen(agents({ clusterAgent: clusterAgent({ readyPods: 0, pods: [] }), ...over })),
})
const around = (over: Parameters<typeof surroundings>[0], agent: Partial<AgentWorkload> = {}) => ({
  agents: seen(
    agents({
      clusterAgent: clusterAgent(agent),
      nodeAgent: null,
      surroundings: surroundings(over),
    }),
  ),
})
const refusedHere = (reason: string, issuer = 'CN=Another CA') => ({
  certificateForAgents: seen({ ...untrusted(reason), issuer }),
})
const UNKNOWN = 'it was issued by an authority that is not trusted'
const V2_6 = { version: seen(rancherVersionOf('v2.6.9')) }
const notConnected = lostCluster({
  message: 'Cluster agent is not connected',
  conditions: [
    condition('Ready', 'False', '2026-11-22T21:40:00Z'),
    condition('Connected', 'False', '2026-11-22T21:40:00Z'),
  ],
})
const features = 'embedded-cluster-api=false,multi-cluster-management-agent=true'
const envWith = (over: Readonly<Record<string, string>>) => ({
  env: { ...clusterAgent().env, ...over },
})

type Case = readonly [what: string, id: CauseId, reapplyHelps: boolean, over: Partial<Observations>]

const CASES: readonly Case[] = [
  [
    'a certificate that expired, told by agents of 2.1 without any time',
    'certificate-expired',
    false,
    {
      ...saying(refused('x509: certificate has expired or is not yet valid')),
      certificateForAgents: seen({
        ...untrusted('it has expired'),
        validTo: '2026-11-20T00:00:00Z',
      }),
    },
  ],
  [
    'a certificate that expired, told by Go of today',
    'certificate-expired',
    false,
    saying(
      refused(
        'tls: failed to verify certificate: x509: certificate has expired or is not yet valid: current time 2026-11-22T21:42:50Z is after 2026-11-20T00:00:00Z',
      ),
    ),
  ],
  [
    'a node whose clock is a year ahead',
    'clock-skew',
    false,
    saying(
      refused(
        'x509: certificate has expired or is not yet valid: current time 2027-11-22T21:42:50Z is after 2027-01-01T00:00:00Z',
      ),
    ),
  ],
  [
    'a node whose clock is a year behind',
    'clock-skew',
    false,
    saying(
      refused(
        'x509: certificate has expired or is not yet valid: current time 2025-11-22T21:42:50Z is before 2026-01-01T00:00:00Z',
      ),
    ),
  ],
  [
    'a node with a wrong clock under an agent that prints no time',
    'clock-skew',
    false,
    saying(
      refused('x509: certificate has expired or is not yet valid'),
      {},
      { nodes: [node({ heartbeatAt: '2027-11-22T21:42:50Z' })] },
    ),
  ],
  [
    'the worker’s own clock a year ahead',
    'clock-skew',
    false,
    {
      observedAt: '2027-11-22T21:43:00.000Z',
      ping: unseen('rancher.certificate-untrusted', { reason: 'it has expired' }),
      record: unseen('rancher.certificate-untrusted'),
      settings: unseen('rancher.certificate-untrusted'),
      registrations: unseen('rancher.certificate-untrusted'),
      certificate: seen(untrusted('it has expired')),
    },
  ],
  [
    'a certificate of tomorrow',
    'certificate-not-yet-valid',
    false,
    saying(
      refused(
        'x509: certificate has expired or is not yet valid: current time 2026-11-22T21:42:50Z is before 2026-12-01T00:00:00Z',
      ),
    ),
  ],
  [
    'a certificate for another name',
    'certificate-name-mismatch',
    false,
    saying(refused('x509: certificate is valid for ingress.local, not rancher.example.com')),
  ],
  [
    'an ingress without a certificate of its own',
    'certificate-name-mismatch',
    false,
    {
      ...saying(refused('x509: certificate is valid for ingress.local, not rancher.example.com')),
      ...refusedHere('it is not for this host name'),
    },
  ],
  [
    'a chain without its intermediate',
    'certificate-chain-incomplete',
    false,
    {
      ...saying(refused('x509: certificate signed by unknown authority')),
      ...refusedHere(UNKNOWN),
      settings: seen(settings({ caCerts: ca.certPem })),
      serverUrlAddress: seen(addressView({ chain: [served(issuing)] })),
    },
  ],
  [
    'a new authority of the same name, not in cacerts',
    'rancher-certificate-untrusted',
    false,
    {
      ...saying(
        refused(
          'x509: certificate signed by unknown authority (possibly because of "crypto/rsa: verification error" while trying to verify candidate authority certificate "cattle-ca")',
        ),
      ),
      ...refusedHere(UNKNOWN),
      settings: seen(settings({ caCerts: ca.certPem })),
      serverUrlAddress: seen(
        addressView({ chain: [served(namesake), servedOf(namesake.certPem)] }),
      ),
    },
  ],
  [
    'a proxy that breaks TLS open for the agents alone',
    'tls-intercepted',
    false,
    saying(refused('x509: certificate signed by unknown authority')),
  ],
  [
    'a proxy that breaks TLS open for everybody',
    'tls-intercepted',
    false,
    {
      ...saying(refused('x509: certificate signed by unknown authority')),
      ...refusedHere(UNKNOWN, 'CN=Zscaler Root CA\nO=Zscaler'),
      serverUrlAddress: seen(addressView({ chain: [served(inspecting)] })),
    },
  ],
  [
    'strict agents at a public certificate',
    'rancher-certificate-untrusted',
    false,
    {
      ...saying(
        failed(
          'time="2026-11-22T21:42:50Z" level=error msg="Could not securely connect to https://rancher.example.com: Get \\"https://rancher.example.com\\": tls: failed to verify certificate: x509: certificate signed by unknown authority"',
        ),
      ),
      ...refusedHere(UNKNOWN),
      address: seen(addressView({ isPubliclyTrusted: true })),
      installation: seen({ installUuid: '', agentTlsMode: 'strict' }),
    },
  ],
  [
    'cacerts emptied for a public certificate',
    'private-ca-removed',
    true,
    {
      ...saying(
        failed(
          'ERROR: The environment variable CATTLE_CA_CHECKSUM is set but there is no CA certificate configured at https://rancher.example.com/v3/settings/cacerts',
        ),
      ),
      settings: seen(settings({ caCerts: '', caChecksum: '' })),
    },
  ],
  [
    'cacerts emptied under a private certificate',
    'private-ca-removed',
    false,
    {
      ...saying(
        failed(
          'ERROR: The environment variable CATTLE_CA_CHECKSUM is set but there is no CA certificate configured at https://rancher.example.com/v3/settings/cacerts',
        ),
      ),
      settings: seen(settings({ caCerts: '', caChecksum: '' })),
      ...refusedHere(UNKNOWN),
    },
  ],
  [
    'another Rancher behind the same address',
    'rancher-answers-foreign',
    false,
    saying(
      failed(
        `ERROR: Configured cacerts checksum (${'ab'.repeat(32)}) does not match given --ca-checksum (${settings().caChecksum})`,
      ),
    ),
  ],
  [
    'a server-url that moved',
    'server-url-changed',
    true,
    {
      ...saying(
        failed(
          'ERROR: https://rancher.example.com/ping is not accessible (Could not resolve host: rancher.example.com)',
        ),
      ),
      settings: seen(settings({ serverUrl: 'https://rancher.new.example.com' })),
      serverUrlAddress: seen(addressView({ url: 'https://rancher.new.example.com' })),
      rancherUrl: 'https://rancher.new.example.com',
    },
  ],
  [
    'an agent with the old url in its secret alone',
    'server-url-changed',
    true,
    saying(refused('dial tcp: lookup old.example.com: no such host'), {
      credentials: { ...clusterAgent().credentials, url: 'https://old.example.com' },
    }),
  ],
  [
    'a server-url of localhost',
    'server-url-wrong',
    false,
    {
      ...saying(
        failed(
          'ERROR: https://localhost/ping is not accessible (Failed to connect to localhost port 443: Connection refused)',
        ),
        envWith({ CATTLE_SERVER: 'https://localhost' }),
      ),
      settings: seen(settings({ serverUrl: 'https://localhost' })),
    },
  ],
  [
    'a server-url where another Rancher is',
    'server-url-wrong',
    false,
    {
      ...saying(connected),
      settings: seen(settings({ serverUrl: 'https://other.example.com' })),
      serverUrlAddress: seen(
        addressView({ url: 'https://other.example.com', caChecksum: 'cd'.repeat(32) }),
      ),
    },
  ],
  [
    'a name that the cluster cannot resolve, in the words of old curl',
    'dns-fails',
    false,
    saying(
      failed(
        "ERROR: https://rancher.example.com/ping is not accessible (Couldn't resolve host 'rancher.example.com')",
      ),
    ),
  ],
  [
    'a name that the program cannot resolve',
    'dns-fails',
    false,
    saying(refused('dial tcp: lookup rancher.example.com on 10.43.0.10:53: server misbehaving')),
  ],
  [
    'name servers that are silent',
    'dns-fails',
    false,
    saying(
      refused(
        'dial tcp: lookup rancher.example.com on 10.43.0.10:53: read udp 10.42.0.5:33211->10.43.0.10:53: i/o timeout',
      ),
    ),
  ],
  [
    'a firewall that drops',
    'egress-blocked',
    false,
    saying(
      failed(
        'ERROR: https://rancher.example.com/ping is not accessible (Failed to connect to rancher.example.com port 443: Connection timed out)',
      ),
    ),
  ],
  [
    'a firewall that resets',
    'egress-blocked',
    false,
    saying(refused('read tcp 10.42.0.5:4711->192.0.2.1:443: read: connection reset by peer')),
  ],
  [
    'a firewall that drops, in the program',
    'egress-blocked',
    false,
    saying(refused('dial tcp 192.0.2.1:443: i/o timeout')),
  ],
  [
    'a proxy that wants a password',
    'proxy-misconfigured',
    false,
    saying(
      failed(
        'ERROR: https://rancher.example.com/ping is not accessible (CONNECT tunnel failed, response 407)',
      ),
      envWith({ HTTPS_PROXY: 'http://proxy.example.com:3128' }),
    ),
  ],
  [
    'a proxy that is gone',
    'proxy-misconfigured',
    false,
    saying(refused('proxyconnect tcp: dial tcp 192.0.2.7:3128: connect: connection refused')),
  ],
  [
    'a proxy whose name does not resolve',
    'proxy-misconfigured',
    false,
    saying(
      failed(
        'ERROR: https://rancher.example.com/ping is not accessible (Could not resolve proxy: proxy.example.com)',
      ),
    ),
  ],
  [
    'a 503 for the agents where the worker gets Rancher',
    'rancher-answers-foreign',
    false,
    saying(
      failed(
        'ERROR: https://rancher.example.com/ping is not accessible (The requested URL returned error: 503)',
      ),
    ),
  ],
  [
    'an evicted pod of last month beside an agent that cannot resolve a name',
    'dns-fails',
    false,
    saying([], {
      readyPods: 0,
      pods: [
        pod({
          phase: 'Failed',
          ready: false,
          logLines: null,
          endedBecause: { reason: 'Evicted', message: 'low on disk' },
        }),
        pod({
          ready: false,
          waitingReason: 'CrashLoopBackOff',
          restarts: 3,
          exitCode: 1,
          logLines: recordedLog('dns-no-such-host'),
        }),
      ],
    }),
  ],
  ['a captive page', 'rancher-answers-foreign', false, saying(recordedLog('lb-captive-cacerts'))],
  [
    'a proxy that drops the upgrade',
    'websocket-blocked',
    false,
    saying(
      refused(
        'websocket: bad handshake',
        'Failed to connect to proxy. Response status: 400 - 400 Bad Request. Response body: Bad Request',
      ),
    ),
  ],
  [
    'a web application firewall at the websocket',
    'websocket-blocked',
    false,
    saying(
      refused(
        'websocket: bad handshake',
        'Failed to connect to proxy. Response status: 403 - 403 Forbidden. Response body: <html>',
      ),
    ),
  ],
  [
    'no backend at the websocket',
    'websocket-blocked',
    false,
    saying(
      refused(
        'websocket: bad handshake',
        'Failed to connect to proxy. Response status: 503 - 503 Service Unavailable. Response body: ',
      ),
    ),
  ],
  [
    'a token that nobody knows, as 2.4 says it',
    'token-revoked',
    true,
    {
      ...saying(
        refused(
          'websocket: bad handshake',
          'Failed to connect to proxy. Response status: 200 - 200 OK. Response body: cluster not found',
        ),
      ),
      registrations: seen(['fp:bbbbbbbbbbbb']),
    },
  ],
  [
    'the token of another cluster',
    'credentials-of-another-cluster',
    true,
    {
      ...saying(refused('websocket: bad handshake')),
      registrations: seen(['fp:bbbbbbbbbbbb']),
      owners: seen([{ clusterId: 'c-other', fingerprint: TOKEN }]),
    },
  ],
  [
    'an older Rancher that does not know a good token',
    'rancher-answers-foreign',
    false,
    saying(
      refused(
        'websocket: bad handshake',
        'Failed to connect to proxy. Response status: 400 - 400 Bad Request. Response body: cluster not found',
      ),
    ),
  ],
  [
    'a secret that is gone',
    'credentials-missing',
    true,
    saying([], {
      readyPods: 0,
      credentials: {
        ...clusterAgent().credentials,
        exists: false,
        url: null,
        tokenFingerprint: null,
      },
    }),
  ],
  [
    'a service account that is gone',
    'service-account-missing',
    true,
    around(
      { serviceAccount: { exists: false, missingSecrets: [], caPem: null } },
      { readyPods: 0, pods: [] },
    ),
  ],
  [
    'an account whose token is gone',
    'service-account-missing',
    true,
    saying(
      failed(
        'time="2026-11-22T21:42:50Z" level=fatal msg="looking up cattle-system/cattle ca/token: no secret exists for service account cattle-system/cattle"',
      ),
    ),
  ],
  [
    'a tunnel without the account’s token',
    'service-account-missing',
    true,
    saying(
      refused(
        'websocket: bad handshake',
        'Failed to connect to proxy. Response status: 400 - 400 Bad Request. Response body: invalid input, token empty',
      ),
    ),
  ],
  [
    'pods refused for a missing account',
    'service-account-missing',
    true,
    without({
      events: [
        event(
          'FailedCreate',
          'Error creating: pods "cattle-cluster-agent-" is forbidden: error looking up service account cattle-system/cattle: serviceaccount "cattle" not found',
          NOW,
        ),
      ],
    }),
  ],
  [
    'a cluster that Rancher has no more',
    'cluster-deleted',
    false,
    {
      ...saying(refused('websocket: bad handshake')),
      record: unseen('rancher.cluster-not-found', { cluster: 'myk8s' }),
      registrations: unseen('rancher.cluster-not-found', { cluster: 'myk8s' }),
    },
  ],
  [
    'a cluster that Rancher is removing',
    'cluster-deleted',
    false,
    { record: seen(lostCluster({ state: 'removing' })) },
  ],
  [
    'two clusters under one registration',
    'duplicate-registration',
    false,
    {
      ...saying(
        connected,
        {},
        {
          surroundings: surroundings({
            serviceAccount: { exists: true, missingSecrets: [], caPem: ca.certPem },
          }),
        },
      ),
      record: seen(lostCluster({ apiServerCaPem: namesake.certPem })),
      rancherNodes: seen(['x1', 'x2']),
    },
  ],
  [
    'two clusters under one registration, by its address',
    'duplicate-registration',
    false,
    {
      ...saying(
        connected,
        {},
        {
          surroundings: surroundings({
            serviceAccount: { exists: true, missingSecrets: [], caPem: ca.certPem },
            apiAddresses: ['10.43.0.1:443', '192.0.2.10:6443'],
          }),
        },
      ),
      record: seen(
        lostCluster({
          apiEndpoint: 'https://10.96.0.1:443',
          apiServerCaPem: namesake.certPem,
          message: 'x509: certificate signed by unknown authority',
        }),
      ),
    },
  ],
  [
    'an agent that Rancher does not have though nothing is wrong with it',
    'tunnel-session-stale',
    false,
    saying(connected),
  ],
  [
    'a new authority of the API server',
    'downstream-ca-changed',
    false,
    {
      ...saying(
        connected,
        {},
        {
          surroundings: surroundings({
            serviceAccount: { exists: true, missingSecrets: [], caPem: ca.certPem },
          }),
        },
      ),
      record: seen(
        lostCluster({
          driver: 'rancherKubernetesEngine',
          apiServerCaPem: namesake.certPem,
          message:
            'cluster health check failed: Get "https://192.0.2.10:6443/api/v1/namespaces": x509: certificate signed by unknown authority (possibly because of "crypto/rsa: verification error" while trying to verify candidate authority certificate "kube-ca")',
        }),
      ),
    },
  ],
  [
    'an agent without its features',
    'agent-features-missing',
    true,
    { ...V2_6, ...saying(connected), record: seen(notConnected) },
  ],
  [
    'an agent without its features, whose log may not be read',
    'agent-features-missing',
    true,
    { ...V2_6, ...saying([]), record: seen(notConnected) },
  ],
  [
    'a session that is dead on one replica',
    'tunnel-session-stale',
    false,
    {
      ...V2_6,
      ...saying(connected, envWith({ CATTLE_FEATURES: features })),
      record: seen({
        ...notConnected,
        message:
          'lost connection to cluster: failed to find Session for client stv-cluster-c-sxlbv',
      }),
    },
  ],
  [
    'agents that are gone',
    'agents-missing',
    true,
    { agents: seen(agents({ clusterAgent: null, nodeAgent: null })) },
  ],
  [
    'agents scaled to nothing',
    'agents-scaled-to-zero',
    true,
    saying([], { desiredPods: 0, readyPods: 0, pods: [] }),
  ],
  [
    'an agent that ends for some reason',
    'agent-crashing',
    false,
    saying([], waiting({ waitingReason: 'CrashLoopBackOff', restarts: 5, exitCode: 2 })),
  ],
  [
    'an agent out of memory',
    'agent-out-of-memory',
    false,
    saying(
      [],
      waiting({
        waitingReason: 'CrashLoopBackOff',
        terminatedReason: 'OOMKilled',
        exitCode: 137,
        restarts: 7,
      }),
    ),
  ],
  [
    'an image that cannot be pulled',
    'agent-image-unavailable',
    false,
    saying([], waiting({ phase: 'Pending', waitingReason: 'ErrImagePull' })),
  ],
  [
    'an image that cannot be run',
    'agent-image-broken',
    false,
    saying(
      [],
      waiting({
        waitingReason: 'RunContainerError',
        stateMessage:
          'OCI runtime create failed: exec: "run.sh": executable file not found in $PATH: unknown',
        exitCode: 127,
      }),
    ),
  ],
  [
    'an image without the jailer',
    'agent-image-broken',
    false,
    saying(
      failed(
        'time="2026-11-22T21:42:50Z" level=fatal msg="Embedded rancher failed to start or exited abnormally: fork/exec /usr/bin/jailer.sh: no such file or directory"',
      ),
    ),
  ],
  [
    'an image for another processor',
    'agent-image-broken',
    false,
    saying(failed('exec /usr/bin/run.sh: exec format error'), { readyPods: 0 }),
  ],
  [
    'an evicted agent',
    'agent-evicted',
    false,
    saying(
      [],
      {
        readyPods: 0,
        pods: [
          pod({
            phase: 'Failed',
            ready: false,
            logLines: null,
            endedBecause: {
              reason: 'Evicted',
              message: 'The node was low on resource: ephemeral-storage.',
            },
          }),
        ],
      },
      { events: [event('Evicted', 'The node was low on resource: ephemeral-storage.', NOW)] },
    ),
  ],
  [
    'an agent that no node takes',
    'agent-unschedulable',
    false,
    saying(
      [],
      waiting({
        phase: 'Pending',
        node: null,
        conditions: [
          {
            type: 'PodScheduled',
            status: 'False',
            reason: 'Unschedulable',
            message: "0/3 nodes are available: 3 node(s) had taints that the pod didn't tolerate.",
            at: NOW,
          },
        ],
      }),
    ),
  ],
  [
    'a namespace that does not go away',
    'namespace-terminating',
    false,
    {
      agents: seen(
        agents({
          clusterAgent: null,
          nodeAgent: null,
          surroundings: surroundings({
            namespace: {
              phase: 'Terminating',
              conditions: [
                {
                  type: 'NamespaceFinalizersRemaining',
                  status: 'True',
                  reason: 'SomeFinalizersRemain',
                  message:
                    'Some content in the namespace has finalizers remaining: wrangler.cattle.io/x in 1 resource instances',
                  at: NOW,
                },
              ],
            },
          }),
        }),
      ),
    },
  ],
  [
    'a webhook that says no',
    'admission-webhook-refuses',
    false,
    without({
      events: [
        event(
          'FailedCreate',
          'Error creating: admission webhook "validation.gatekeeper.sh" denied the request: [no-root] run as root',
          NOW,
        ),
      ],
    }),
  ],
  [
    'a webhook that does not answer',
    'admission-webhook-refuses',
    false,
    without({
      events: [
        event(
          'FailedCreate',
          'Error creating: Internal error occurred: failed calling webhook "mutate.kyverno.svc": Post "https://kyverno-svc": no endpoints available',
          NOW,
        ),
      ],
    }),
  ],
  [
    'a quota that is used up',
    'admission-webhook-refuses',
    false,
    without({
      events: [
        event(
          'FailedCreate',
          'Error creating: pods "cattle-cluster-agent-x" is forbidden: exceeded quota: q, requested: pods=1, used: pods=5, limited: pods=5',
          NOW,
        ),
      ],
    }),
  ],
  [
    'a container runtime that is down',
    'runtime-unsupported',
    false,
    saying([], waiting({}), {
      nodes: [
        node({
          runtime: 'docker://18.9.0',
          conditions: [
            {
              type: 'Ready',
              status: 'False',
              reason: 'KubeletNotReady',
              message: 'container runtime is down',
              at: NOW,
            },
          ],
        }),
      ],
    }),
  ],
  [
    'a container runtime beyond what Rancher supports',
    'runtime-unsupported',
    false,
    saying([], waiting({ phase: 'Pending', waitingReason: 'ContainerCreating' }), {
      nodes: [node({ runtime: 'docker://18.9.0' })],
      events: [
        event(
          'FailedCreatePodSandBox',
          'Failed create pod sandbox: rpc error: code = Unknown desc = failed to start sandbox container',
          NOW,
        ),
      ],
    }),
  ],
  [
    'a Rancher that is down',
    'rancher-unreachable',
    false,
    {
      ping: unseen('rancher.unreachable'),
      record: unseen('rancher.unreachable'),
      settings: unseen('rancher.unreachable'),
    },
  ],
  [
    'a Rancher that fails',
    'rancher-failing',
    false,
    {
      ping: unseen('rancher.failing'),
      record: unseen('rancher.failing'),
      settings: unseen('rancher.failing'),
    },
  ],
  [
    'an API server that is down',
    'api-server-unreachable',
    false,
    { apiServer: unseen('cluster.unreachable'), agents: unseen('cluster.unreachable') },
  ],
  [
    'an etcd that does not keep up',
    'etcd-slow',
    false,
    {
      apiServer: unseen('cluster.failing', { said: 'etcdserver: request timed out' }),
      agents: unseen('cluster.failing', { said: 'etcdserver: leader changed' }),
    },
  ],
  [
    'an etcd that is not healthy',
    'etcd-slow',
    false,
    around({ apiServer: { failingChecks: ['etcd'], tookMs: 40, time: NOW } }),
  ],
  [
    'a fleet-agent with the old authority',
    'fleet-agent-ca-stale',
    false,
    {
      ...around({
        fleetAgent: {
          namespace: 'cattle-fleet-system',
          desiredPods: 1,
          readyPods: 1,
          logLines: [
            'time="2026-11-22T21:42:50Z" level=error msg="Failed to register agent: Get https://rancher.example.com: x509: certificate signed by unknown authority"',
          ],
        },
      }),
      record: seen(activeCluster()),
    },
  ],
  ['a cluster that is well', 'nothing-wrong', false, { record: seen(activeCluster()) }],
  ['nothing that is known', 'not-found-out', false, {}],
]

describe('the first cause named', () => {
  it.each(CASES)('for %s is %s', (_what, id, reapplyHelps, over) => {
    const world = observations(over)
    const [cause] = findCauses(world)
    expect(cause.id).toBe(id)
    expect(cause.reapplyHelps).toBe(reapplyHelps)
    const isBySight = id === 'not-found-out' || id === 'tunnel-session-stale'
    expect(isBySight ? ['possible', 'certain'] : ['certain', 'likely']).toContain(cause.confidence)
    expect(cause.disproof).not.toBe('')
    expect(cause.evidence.length).toBeGreaterThan(id === 'not-found-out' ? -1 : 0)
  })
})

describe('what a connected cluster will not survive', () => {
  const FITS = { record: seen(activeCluster()) }
  it.each([
    [
      'its token was deleted',
      { registrations: seen(['fp:bbbbbbbbbbbb']) },
      'token is not a registration',
    ],
    [
      'Rancher’s authority changed',
      { settings: seen(settings({ caChecksum: 'ab'.repeat(32) })) },
      'Rancher now uses abababab…',
    ],
    [
      'its secret is gone',
      saying(connected, {
        credentials: {
          ...clusterAgent().credentials,
          exists: false,
          url: null,
          tokenFingerprint: null,
        },
      }),
      'does not exist',
    ],
    [
      'its service account is gone',
      around({ serviceAccount: { exists: false, missingSecrets: [], caPem: null } }),
      'service account cattle does not exist',
    ],
    [
      'server-url changed',
      { settings: seen(settings({ serverUrl: 'https://rancher.new.example.com' })) },
      'Rancher is now at https://rancher.new.example.com',
    ],
    ['its features are missing', { ...V2_6, ...saying(connected) }, 'CATTLE_FEATURES is missing'],
    [
      'its token is another cluster’s',
      {
        registrations: seen(['fp:bbbbbbbbbbbb']),
        owners: seen([{ clusterId: 'c-other', fingerprint: TOKEN }]),
      },
      'token of another cluster, c-other',
    ],
  ])('is said when %s', (_what, over, text) => {
    const world = observations({ ...FITS, ...over })
    const causes = findCauses(world)
    expect(causes).toMatchObject([{ id: 'nothing-wrong', reapplyHelps: false }])
    expect(findNotes(world, causes).join()).toContain(`will not survive a restart of the agents: `)
    expect(findNotes(world, causes).join()).toContain(text)
  })
})
