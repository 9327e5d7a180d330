import { createVerifyJob } from '../../../jobs/verify.ts'
import { type Cluster, openCluster } from '../../../src/cluster/index.ts'
import { openLog, Secret } from '../../../src/observe/index.ts'
import { createRancher, type Rancher } from '../../../src/rancher/index.ts'
import {
  decide,
  evolve,
  type Plan,
  type PlanEffects,
  type Run,
} from '../../../src/recovery/index.ts'
import {
  answerJson,
  answerStatus,
  type ScriptedServer,
  startScriptedServer,
} from '../../cluster/scripted-api-server.ts'
import * as history from '../../recovery/history.ts'

const NAMESPACE = '/api/v1/namespaces/cattle-system'
const WORKLOADS = '/apis/apps/v1/namespaces/cattle-system'
const STEP_MS = 5_000

/** Just before the first write, by the worker's clock. */
const APPLIED_AT = history.minute(3)
const UID = 'uid-of-this-cluster'
const CHECKSUM = 'ad0e'.repeat(16)
const RANCHER_URL = 'https://rancher.example.com'
const FEATURES = 'fleet=false,multi-cluster-management-agent=true'

export interface ScriptedCondition {
  readonly type: string
  readonly status: string
  readonly lastUpdateTime?: string
}

/** What Rancher and the cluster say at one moment. Everything is well unless a test says otherwise. */
export interface Seen {
  readonly version: string
  readonly driver: string
  readonly state: string
  readonly conditions: readonly ScriptedCondition[]
  readonly annotations: Readonly<Record<string, string>>
  /** Status and uid of kube-system through the tunnel. */
  readonly tunnel: { readonly status: number; readonly uid: string }
  readonly checksum: string
  readonly server: string
  readonly features: string
  readonly deploymentStatus: Readonly<Record<string, number>>
  readonly pod: {
    readonly createdAt: string
    readonly restarts: number
    readonly isReady: boolean
    readonly log: string
    /** Default false: it shows nothing of the template. */
    readonly isOfTemplate?: boolean
  }
  /** Null: there is no node agent. */
  readonly nodeAgent: { readonly ready: number; readonly checksum: string } | null
}

/** Seconds after the apply. */
export function secondsAfter(seconds: number): string {
  return new Date(Date.parse(APPLIED_AT) + seconds * 1000).toISOString()
}

export const wellOn212: Seen = {
  version: 'v2.12.0',
  driver: 'imported',
  state: 'active',
  conditions: [
    { type: 'Ready', status: 'True', lastUpdateTime: secondsAfter(8) },
    { type: 'Connected', status: 'True', lastUpdateTime: secondsAfter(6) },
  ],
  annotations: {},
  tunnel: { status: 200, uid: UID },
  checksum: CHECKSUM,
  server: RANCHER_URL,
  features: FEATURES,
  deploymentStatus: {},
  pod: { createdAt: secondsAfter(1), restarts: 0, isReady: true, log: 'INFO: agent is running\n' },
  nodeAgent: null,
}

/** As recorded: Rancher 2.1.5 has no condition Connected, and a node agent on every cluster. */
export const wellOn215: Seen = {
  ...wellOn212,
  version: 'v2.1.5',
  conditions: [{ type: 'Ready', status: 'True', lastUpdateTime: secondsAfter(18) }],
  features: '',
  nodeAgent: { ready: 3, checksum: CHECKSUM },
}

export interface ProvingWorld {
  /** Looks once, as the job does, five seconds after the look before. */
  look(seen: Seen): Promise<Run>
  /** Looks so often. */
  lookTimes(count: number, seen: (index: number) => Seen): Promise<Run>
  close(): Promise<void>
}

/** A run that has been applied, and a Rancher and a cluster that answer as told at each look. */
export async function openProvingWorld(
  options: { readonly wasConnected?: boolean; readonly effects?: Partial<PlanEffects> } = {},
): Promise<ProvingWorld> {
  let seen = wellOn212
  let now = Date.parse(APPLIED_AT)
  let run = verifyingRun(options)
  const rancherServer = await startScriptedServer((path, _request, response) => {
    answerJson(response, ...rancherAnswer(path, seen))
  })
  const apiServer = await startScriptedServer((path, _request, response) => {
    if (path.endsWith('/log')) return void response.end(seen.pod.log)
    const answer = clusterAnswer(path, seen)
    if (answer) answerJson(response, 200, answer)
    else answerStatus(response, 404, 'not found')
  })
  const { rancher, cluster } = await clientsOf(rancherServer, apiServer)
  const verify = createVerifyJob({
    rancher,
    openCluster: async () => cluster,
    clock: () => new Date(now),
    proof: { stableForMs: 60_000, giveUpAfterMs: 300_000, lookEveryMs: STEP_MS },
    log: openLog('silent'),
    runs: {
      ...NO_STORE,
      load: async () => run,
    },
    change: async (_run, wishFor) => {
      const at = new Date(now).toISOString()
      const decision = decide(run, { ...wishFor(run, at), at }, history.policy)
      if (!decision.ok) throw decision.failure
      run = decision.events.reduce<Run>(evolve, run)
      return run
    },
  })
  const world: ProvingWorld = {
    async look(next) {
      seen = next
      now += STEP_MS
      await verify({ run: run.id }, { signal: new AbortController().signal })
      return run
    },
    async lookTimes(count, seenAt) {
      for (let index = 0; index < count; index++) await world.look(seenAt(index))
      return run
    },
    async close() {
      rancher.close()
      cluster.close()
      await rancherServer.stop()
      await apiServer.stop()
    },
  }
  return world
}

function verifyingRun(options: Parameters<typeof openProvingWorld>[0] = {}): Run {
  const plan = planOf(options.effects ?? {})
  const planned = history.planned(plan)
  return history.runAfter(
    planned,
    history.approve(planned, history.lead, history.minute(2)),
    {
      type: 'begin-apply',
      fence: 1,
      wasConnected: options.wasConnected ?? false,
      at: APPLIED_AT,
    },
    { type: 'finish-apply', at: APPLIED_AT },
  )
}

function planOf(changed: Partial<PlanEffects>): Plan {
  const base = history.plan([
    history.object('Deployment', 'cattle-cluster-agent', 'new'),
    history.object('DaemonSet', 'cattle-node-agent', 'new'),
  ])
  const objects = base.effects.objects.map((object) => ({
    ...object,
    changes: [{ path: 'spec.template.spec.containers[x].image', from: '"old"', to: '"new"' }],
  }))
  return {
    ...base,
    effects: {
      ...base.effects,
      cluster: { id: 'c-1', name: 'myk8s', uid: UID },
      rancherUrl: RANCHER_URL,
      caChecksum: CHECKSUM,
      objects,
      ...changed,
    },
  }
}

async function clientsOf(
  rancherServer: ScriptedServer,
  apiServer: ScriptedServer,
): Promise<{ rancher: Rancher; cluster: Cluster }> {
  const rancher = createRancher({
    url: rancherServer.url,
    token: new Secret('token-abcde:secret'),
    caPem: rancherServer.caPem,
    timeoutMs: 5_000,
  })
  const cluster = await openCluster({
    source: { kind: 'file', path: await apiServer.kubeconfig() },
    timeoutMs: 5_000,
    fingerprintKey: Buffer.from('test'),
  })
  return { rancher, cluster }
}

const refuse = () => {
  throw new Error('a proof does not ask the store for this')
}
const NO_STORE = {
  create: refuse,
  append: refuse,
  openRuns: refuse,
  recent: refuse,
  cardOf: refuse,
  saveCard: refuse,
  undrawn: refuse,
  countUndrawn: refuse,
}

function rancherAnswer(path: string, seen: Seen): readonly [status: number, body: unknown] {
  const { driver, state, conditions, annotations, tunnel } = seen
  const transitioning = state === 'active' ? 'no' : 'yes'
  switch (path) {
    case '/v3/settings/server-version':
      return [200, { value: seen.version }]
    case '/v3/settings/agent-image':
      return [200, { value: 'registry.example.com/agent:ours' }]
    case '/k8s/clusters/c-1/api/v1/namespaces/kube-system':
      return [tunnel.status, { metadata: { uid: tunnel.uid } }]
    case '/v3/clusters/c-1':
      return [
        200,
        { id: 'c-1', name: 'myk8s', driver, state, transitioning, conditions, annotations },
      ]
    default:
      return [404, '404 page not found']
  }
}

function clusterAnswer(path: string, seen: Seen): unknown {
  const { pod, nodeAgent } = seen
  switch (path) {
    case NAMESPACE:
      return { metadata: { name: 'cattle-system' } }
    case `${WORKLOADS}/deployments/cattle-cluster-agent`:
      return {
        kind: 'Deployment',
        metadata: { name: 'cattle-cluster-agent', generation: 2 },
        spec: { replicas: 1, ...selected('cattle-cluster-agent', seen, seen.checksum) },
        status: {
          observedGeneration: 2,
          replicas: 1,
          readyReplicas: pod.isReady ? 1 : 0,
          updatedReplicas: 1,
          ...seen.deploymentStatus,
        },
      }
    case `${WORKLOADS}/daemonsets/cattle-node-agent`:
      return (
        nodeAgent && {
          kind: 'DaemonSet',
          metadata: { name: 'cattle-node-agent', generation: 2 },
          spec: selected('cattle-agent', seen, nodeAgent.checksum),
          status: {
            observedGeneration: 2,
            desiredNumberScheduled: 3,
            currentNumberScheduled: 3,
            numberReady: nodeAgent.ready,
            updatedNumberScheduled: 3,
          },
        }
      )
    case `${NAMESPACE}/pods`:
      return { items: [podObject(seen)] }
    case `${NAMESPACE}/events`:
      return { items: [] }
    case '/api/v1/nodes':
      // Whatever becomes of the agents, Kubernetes finds its nodes well.
      return { items: [{ metadata: { name: 'w1' }, status: { conditions: [NODE_READY] } }] }
    default:
      return null
  }
}

const NODE_READY = { type: 'Ready', status: 'True' }

function selected(app: string, { server, features }: Seen, checksum: string) {
  const env = [
    { name: 'CATTLE_SERVER', value: server },
    { name: 'CATTLE_CA_CHECKSUM', value: checksum },
    ...(features === '' ? [] : [{ name: 'CATTLE_FEATURES', value: features }]),
  ]
  return {
    selector: { matchLabels: { app } },
    template: { spec: { containers: [{ name: 'agent', image: 'agent', env }] } },
  }
}

function podObject(seen: Seen) {
  const { createdAt, restarts, isReady, isOfTemplate = false } = seen.pod
  const template = selected('cattle-cluster-agent', seen, seen.checksum).template.spec
  const status = isReady ? 'True' : 'False'
  return {
    metadata: {
      name: 'cattle-cluster-agent-1',
      labels: { app: 'cattle-cluster-agent' },
      creationTimestamp: createdAt.replace(/\.\d+Z$/, 'Z'),
    },
    spec: { nodeName: 'w1', ...(isOfTemplate ? template : { containers: [{ name: 'agent' }] }) },
    status: {
      phase: 'Running',
      conditions: [{ type: 'Ready', status }],
      containerStatuses: [
        { name: 'agent', ready: isReady, restartCount: restarts, state: { running: {} } },
      ],
    },
  }
}
