import {
  type Cause,
  type Diagnosis,
  decide,
  digestOf,
  evolve,
  Failure,
  type Goal,
  type Plan,
  type PlannedObject,
  type Run,
  type RunCommand,
  replay,
  type Sighting,
} from '../../../src/recovery/index.ts'
import { approve, lead, oncall, policy, runAfter } from '../../recovery/history.ts'

/** `02:11:10` of the night in which all of this happens. */
const at = (clock: string) => `2026-11-22T${clock}.000Z`

const LOST_SINCE = at('01:57:03')
const EXPIRES_AT = at('02:26:12')

const OLD_AUTHORITY = '3f9a51c07d5e8b21c94f0a6612d3e8770b1c5d9f4e2a8c6b3d7f90a1e5c48b26'
const NEW_AUTHORITY = 'b71c0e9ad4f2683b5a7c19e08d6f2b3471c8e5a90f3d6b2c8e1a4f7093d5b6c8'

const caChanged: Cause = {
  id: 'ca-changed',
  confidence: 'certain',
  summary: 'the agents trust certificate authority 3f9a51c0…, Rancher now uses b71c0e9a…',
  evidence: [
    {
      source: 'agent log',
      says: 'Failed to connect to proxy: x509: certificate signed by unknown authority (4 of 4 pods)',
      at: at('02:10:58'),
    },
    {
      source: 'cluster',
      says: 'set so on cattle-cluster-agent and cattle-node-agent (4 pods)',
      at: null,
    },
    {
      source: 'worker',
      says: 'Rancher answers with a certificate of O=the-ranch, CN=cattle-ca',
      at: null,
    },
  ],
  disproof: 'the SHA-256 of the setting cacerts, with a newline at its end, is what the agents pin',
  remedy:
    'Apply the agent manifest again: the agents then trust the authority that Rancher has now. If nobody changed Rancher’s certificates on purpose, find out first who answers at https://rancher.example.com.',
  reapplyHelps: true,
}

const lostCluster: Diagnosis = {
  cluster: { id: 'c-sxlbv', name: 'myk8s' },
  rancherState: 'unavailable',
  lostSince: LOST_SINCE,
  causes: [caChanged],
  notes: ['node w2 runs docker 18.9.1; Rancher 2.1.5 supports up to 17.3.x'],
  looks: [{ probe: 'ping', vantage: 'worker', outcome: 'answered', tookMs: 12 }],
}

const withCause = (cause: Cause, over: Partial<Diagnosis> = {}): Diagnosis => ({
  ...lostCluster,
  causes: [cause],
  notes: [],
  ...over,
})

const nothingWrong = withCause(
  {
    id: 'nothing-wrong',
    confidence: 'certain',
    summary: 'Rancher says myk8s is active and connected',
    evidence: [
      { source: 'rancher', says: 'active, Ready', at: '2026-11-21T09:14:55Z' },
      { source: 'cluster', says: 'agents 1/1 and 3/3 ready', at: null },
    ],
    disproof: 'Rancher shows the cluster as lost when it is asked again in a minute',
    remedy:
      'Nothing: Rancher and the agents agree. If an alert brought you here, look at what raised it.',
    reapplyHelps: false,
  },
  { rancherState: 'active', lostSince: null },
)

const rancherDown = withCause(
  {
    id: 'rancher-unreachable',
    confidence: 'certain',
    summary: 'No connection to Rancher at https://rancher.example.com: connection refused',
    evidence: [
      {
        source: 'worker',
        says: 'neither /ping nor the cluster record nor the settings were answered',
        at: null,
      },
    ],
    disproof:
      'another machine gets an answer from Rancher: then only the worker’s own way is broken',
    remedy:
      'Bring Rancher back first: server, load balancer, name and network. The agents connect by themselves once https://rancher.example.com/ping answers; if they do not, run again.',
    reapplyHelps: false,
  },
  {
    rancherState: null,
    lostSince: null,
    looks: [
      {
        probe: 'cluster record',
        vantage: 'rancher',
        outcome: 'failed',
        tookMs: 3,
        reason: 'No connection to Rancher at https://rancher.example.com: connection refused.',
      },
    ],
  },
)

const dnsBroken = withCause({
  id: 'dns-fails',
  confidence: 'certain',
  summary: 'the agents cannot resolve Rancher’s name (https://rancher.example.com)',
  evidence: [
    {
      source: 'agent log',
      says: 'https://rancher.example.com/ping is not accessible (Could not resolve host: rancher.example.com) (4 of 4 pods)',
      at: at('02:10:31'),
    },
    { source: 'worker', says: 'https://rancher.example.com/ping answers', at: null },
  ],
  disproof: '`nslookup HOST`, in a pod of the cluster, gives Rancher’s address',
  remedy:
    'Repair name resolution in the cluster (CoreDNS, the nodes’ resolv.conf) for https://rancher.example.com. Applying the agent manifest does not help.',
  reapplyHelps: false,
})

const apiServerDown = withCause(
  {
    id: 'api-server-unreachable',
    confidence: 'certain',
    summary: 'No connection to the API server at https://10.0.0.11:6443: connection refused',
    evidence: [
      {
        source: 'worker',
        says: 'neither the API server nor the agents in the cluster could be looked at',
        at: null,
      },
    ],
    disproof:
      '`kubectl get --raw /readyz`, with the same kubeconfig from the worker’s network, says ok',
    remedy:
      'Bring the API server back first (etcd, control-plane nodes, firewall), then run again. Nothing can be applied before that.',
    reapplyHelps: false,
  },
  {
    looks: [
      {
        probe: 'agents',
        vantage: 'cluster',
        outcome: 'timed-out',
        tookMs: 4_000,
        reason: 'no answer within 4 s',
      },
    ],
  },
)

const notFoundOut = withCause({
  id: 'not-found-out',
  confidence: 'possible',
  summary: 'no known cause fits what was seen',
  evidence: [
    { source: 'rancher', says: 'Cluster agent is not connected', at: null },
    { source: 'cluster', says: 'agents 1/1 and 3/3 ready', at: null },
  ],
  disproof: 'a second look a minute later finds a cause',
  remedy:
    'Read the log of cattle-cluster-agent: `kubectl -n cattle-system logs deploy/cattle-cluster-agent`.',
  reapplyHelps: false,
})

function changed(kind: string, name: string, container: string): PlannedObject {
  return {
    ref: { apiVersion: 'apps/v1', kind, namespace: 'cattle-system', name },
    action: 'update',
    changes: [
      {
        path: `spec.template.spec.containers[${container}].env[CATTLE_CA_CHECKSUM].value`,
        from: JSON.stringify(OLD_AUTHORITY),
        to: JSON.stringify(NEW_AUTHORITY),
      },
    ],
    takesOverFrom: ['kubectl-client-side-apply'],
  }
}

function other(action: 'create' | 'unchanged', kind: string, name: string): PlannedObject {
  const isNamespaced = kind === 'Secret' || kind === 'ServiceAccount'
  return {
    ref: {
      apiVersion: kind.startsWith('ClusterRole') ? 'rbac.authorization.k8s.io/v1' : 'v1',
      kind,
      ...(isNamespaced ? { namespace: 'cattle-system' } : {}),
      name,
    },
    action,
    changes:
      kind === 'Secret' && action === 'create'
        ? [{ path: 'data.token', to: 'fp:0f3a91c2d4e5' }]
        : [],
    takesOverFrom: [],
  }
}

function planOf(objects: readonly PlannedObject[]): Plan {
  const effects = {
    cluster: { id: 'c-sxlbv', name: 'myk8s', uid: '6f2b1c1e-8a94-4a3e-9a51-0d7c5d8a4e11' },
    rancherUrl: 'https://rancher.example.com',
    caChecksum: NEW_AUTHORITY,
    agentImage: 'rancher/rancher-agent:v2.1.5',
    objects,
  }
  return {
    digest: digestOf(effects),
    effects,
    restartsPods: 4,
    notes: [
      'This cluster does not serve extensions/v1beta1, so Deployment cattle-cluster-agent and DaemonSet cattle-node-agent are applied as apps/v1.',
    ],
  }
}

const plan = planOf([
  other('unchanged', 'Namespace', 'cattle-system'),
  other('unchanged', 'ServiceAccount', 'cattle'),
  other('unchanged', 'ClusterRole', 'cattle-admin'),
  other('unchanged', 'ClusterRoleBinding', 'cattle-admin-binding'),
  other('create', 'Secret', 'cattle-credentials-303a0bd'),
  changed('Deployment', 'cattle-cluster-agent', 'cluster-register'),
  changed('DaemonSet', 'cattle-node-agent', 'agent'),
])

const newPlan = planOf([
  ...plan.effects.objects.slice(0, 5),
  {
    ...changed('Deployment', 'cattle-cluster-agent', 'cluster-register'),
    changes: [
      {
        path: 'spec.template.spec.containers[cluster-register].image',
        from: '"rancher/rancher-agent:v2.1.4"',
        to: '"rancher/rancher-agent:v2.1.5"',
      },
    ],
  },
  changed('DaemonSet', 'cattle-node-agent', 'agent'),
])

const FEATURES = 'spec.template.spec.containers[cluster-register].env[CATTLE_FEATURES].value'
const KEPT =
  'Deployment cattle-cluster-agent keeps its own tolerations, imagePullSecrets, env NO_PROXY: the manifest has others or none.'

const withFeatures = (from?: string): Plan => ({
  ...planOf([
    ...plan.effects.objects.slice(0, 4),
    {
      ...changed('Deployment', 'cattle-cluster-agent', 'cluster-register'),
      changes: [
        {
          path: FEATURES,
          ...(from !== undefined && { from }),
          to: '"embedded-cluster-api=false,fleet=false,managed-system-upgrade-controller=false,multi-cluster-management=false,multi-cluster-management-agent=true,provisioningv2=false,rke2=false,ui-sql-cache=true"',
        },
      ],
    },
  ]),
  notes: [KEPT],
})

const withPush: Plan = (() => {
  const effects = {
    ...plan.effects,
    rancher: [
      {
        ask: 'push-own-manifest',
        cluster: 'c-sxlbv',
        annotation: 'io.cattle.agent.force.deploy',
        value: 'true',
      } as const,
    ],
  }
  return {
    ...plan,
    effects,
    digest: digestOf(effects),
    notes: [
      'Rancher does not say which features the agent needs, so it is asked to push its own manifest once the tunnel is up: the agents restart a second time then.',
      KEPT,
    ],
  }
})()

const SECRET = 'Secret cattle-system/cattle-credentials-303a0bd'
const DEPLOYMENT = 'Deployment cattle-system/cattle-cluster-agent'
const DAEMON_SET = 'DaemonSet cattle-system/cattle-node-agent'

function sighting(over: Partial<Sighting> = {}): Sighting {
  return {
    agents: '0/1, 1/3',
    rancherState: 'unavailable',
    seenDisconnected: true,
    holdingSince: null,
    missing:
      'Deployment cattle-cluster-agent: 0 of 1 pods are new and ready; Rancher’s condition Ready is not true yet',
    ...over,
  }
}

const holding = sighting({
  agents: '1/1, 3/3',
  rancherState: 'active',
  holdingSince: at('02:13:34'),
  missing: '',
})

function requested(goal: Goal = 'reconnect', cluster = 'myk8s'): Run {
  const run = replay([
    {
      type: 'requested',
      at: at('02:11:10'),
      run: 'r-7kq2m9xd',
      cluster,
      goal,
      by: oncall,
      conversation: { teamId: 'T1', channelId: 'C1' },
    },
  ])
  if (!run) throw new Error('a request makes a run')
  return run
}

const diagnosing = (goal?: Goal, cluster?: string) =>
  runAfter(requested(goal, cluster), { type: 'begin-diagnosis', at: at('02:11:10') })

const diagnosed = (diagnosis: Diagnosis, goal?: Goal) =>
  runAfter(diagnosing(goal), { type: 'record-diagnosis', diagnosis, at: at('02:11:11') })

const concluded = (diagnosis: Diagnosis, goal?: Goal, reason = diagnosis.causes[0].remedy) =>
  runAfter(diagnosed(diagnosis, goal), { type: 'conclude', reason, at: at('02:11:11') })

const planned = (of = plan) =>
  runAfter(diagnosed(lostCluster), {
    type: 'propose',
    plan: of,
    expiresAt: EXPIRES_AT,
    at: at('02:11:12'),
  })

const supersede: RunCommand = {
  type: 'supersede',
  reason: 'Deployment cattle-cluster-agent changed',
  plan: newPlan,
  expiresAt: at('02:27:40'),
  at: at('02:12:40'),
}

/** The moment between a plan that did not hold and the new one, which the card may catch. */
function superseded(): Run {
  const decision = decide(planned(), supersede, policy)
  const [event] = decision.ok ? decision.events : []
  if (!event) throw new Error('a plan that waits can be superseded')
  return evolve(planned(), event)
}

const approved = () => runAfter(planned(), approve(planned(), lead, at('02:12:30')))

const applying = (...objects: readonly string[]) =>
  runAfter(
    approved(),
    { type: 'begin-apply', fence: 1, wasConnected: false, at: at('02:12:31') },
    { type: 'record-writes', objects, fence: 1, at: at('02:12:31') },
  )

const verifying = (...sightings: readonly (readonly [string, Sighting])[]) =>
  runAfter(
    applying(SECRET, DEPLOYMENT, DAEMON_SET),
    { type: 'finish-apply', at: at('02:12:32') },
    ...sightings.map(
      ([clock, seen]): RunCommand => ({ type: 'record-sighting', sighting: seen, at: at(clock) }),
    ),
  )

const failing = (run: Run, job: 'diagnose' | 'plan' | 'apply', failure: Failure, clock: string) =>
  runAfter(run, { type: 'fail', job, failure, at: at(clock) })

/** One run for each thing that a card can say, made by the decisions that make real ones. */
export const cardRuns = {
  requested: requested(),
  diagnosing: diagnosing(),
  diagnosed: diagnosed(lostCluster),
  'no-action-nothing-wrong': concluded(nothingWrong),
  'no-action-rancher-down': concluded(rancherDown),
  'no-action-dns': concluded(dnsBroken),
  'no-action-api-server-down': concluded(apiServerDown),
  'no-action-not-found-out': concluded(notFoundOut),
  'no-action-only-diagnosed': concluded(lostCluster, 'diagnose'),
  'no-action-nothing-to-change': concluded(
    lostCluster,
    'reconnect',
    'Every object of the agents is already as Rancher wants it, so applying again would change nothing. Look at the agents’ log lines above.',
  ),
  'no-action-applied-meanwhile': runAfter(approved(), {
    type: 'conclude',
    reason:
      'Somebody applied the change meanwhile, so nothing is left to write. Give the agents a minute to connect; if Rancher does not have the cluster then, run again.',
    at: at('02:12:31'),
  }),
  planned: planned(),
  'planned-features': planned(withFeatures()),
  'planned-other-features': planned(
    withFeatures(
      '"fleet=true,managed-system-upgrade-controller=true,multi-cluster-management-agent=true,legacy=true"',
    ),
  ),
  'planned-push': planned(withPush),
  'planned-joined': runAfter(planned(), { type: 'join', by: lead, at: at('02:11:40') }),
  'planned-anew': runAfter(planned(), supersede),
  superseded: superseded(),
  approved: approved(),
  applying: applying(SECRET),
  'verifying-not-seen-yet': verifying(),
  'verifying-waiting': verifying(['02:12:40', sighting()]),
  'verifying-holding': verifying(['02:12:40', sighting()], ['02:13:34', holding]),
  'verifying-flapped': verifying(
    ['02:13:34', holding],
    [
      '02:14:05',
      sighting({ agents: '1/1, 3/3', missing: 'Rancher’s condition Ready is not true' }),
    ],
  ),
  recovered: runAfter(verifying(['02:12:40', sighting()], ['02:13:34', holding]), {
    type: 'prove',
    proof: {
      stableSince: at('02:13:34'),
      stableForMs: 60_000,
      agents: '1/1, 3/3',
      rancherState: 'active',
      tunnel: 'this cluster answers through the tunnel',
    },
    at: at('02:14:34'),
  }),
  'not-recovered': runAfter(verifying(['02:12:40', sighting()]), {
    type: 'give-up',
    reason: sighting().missing,
    at: at('02:22:32'),
  }),
  'half-applied': failing(
    applying(SECRET, DEPLOYMENT),
    'apply',
    new Failure('cluster.refused', {
      object: DAEMON_SET,
      reason:
        'admission webhook "pods.example.com" denied the request: host network is not allowed',
    }),
    '02:12:32',
  ),
  unknown: failing(
    applying(SECRET),
    'apply',
    new Failure('cluster.outcome-unknown', { object: DEPLOYMENT }),
    '02:12:41',
  ),
  rejected: runAfter(planned(), {
    type: 'reject',
    by: lead,
    reason: 'Change freeze until Monday',
    at: at('02:12:30'),
  }),
  expired: runAfter(planned(), { type: 'expire', digest: plan.digest, at: EXPIRES_AT }),
  cancelled: runAfter(planned(), { type: 'cancel', by: oncall, at: at('02:12:30') }),
  'cancelled-early': runAfter(requested(), { type: 'cancel', by: oncall, at: at('02:11:15') }),
  'failed-unknown-cluster': failing(
    diagnosing('reconnect', 'myk9s'),
    'diagnose',
    new Failure('rancher.cluster-not-found', { cluster: 'myk9s', nearest: 'myk8s' }),
    '02:11:11',
  ),
  'failed-not-ours': failing(
    diagnosing('reconnect', 'local'),
    'diagnose',
    new Failure('rancher.cluster-not-ours', { cluster: 'local' }),
    '02:11:11',
  ),
  'failed-after-diagnosis': failing(
    diagnosed(lostCluster),
    'plan',
    new Failure('cluster.wrong-cluster', {
      found: 'the cluster at https://10.0.0.11:6443',
      expected: 'the cluster at https://10.0.0.21:6443',
    }),
    '02:11:12',
  ),
} satisfies Readonly<Record<string, Run>>
