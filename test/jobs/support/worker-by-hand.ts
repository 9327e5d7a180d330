import { createPrivateKey } from 'node:crypto'
import { createApplyJob } from '../../../jobs/apply.ts'
import { createDiagnoseJob } from '../../../jobs/diagnose.ts'
import type { WorkParts } from '../../../jobs/parts.ts'
import { createPlanJob } from '../../../jobs/plan.ts'
import { createRecheckJob } from '../../../jobs/recheck.ts'
import { createVerifyJob } from '../../../jobs/verify.ts'
import { startWorld, until, type World, type WorldOptions } from '../../../lab/world/index.ts'
import { readConfig } from '../../../src/config/index.ts'
import { openStore } from '../../../src/main/open-store.ts'
import { openWorker } from '../../../src/main/open-worker.ts'
import { operationsOf } from '../../../src/main/start.ts'
import { openLog } from '../../../src/observe/index.ts'
import type { Operations } from '../../../src/operations/index.ts'
import { buildPlan } from '../../../src/planning/index.ts'
import type { JobOutcome } from '../../../src/queue/index.ts'
import {
  type Goal,
  type Person,
  type Plan,
  type Run,
  verifyKeyOf,
} from '../../../src/recovery/index.ts'

/** A worker on a real world whose jobs run when a test says so. Nothing takes jobs from the queue. */
export interface WorkerByHand {
  readonly world: World
  readonly parts: WorkParts
  readonly operations: Operations
  readonly oncall: Person
  readonly lead: Person
  diagnose(runId: string): Promise<JobOutcome>
  plan(runId: string): Promise<JobOutcome>
  /** `changed` replaces parts of the worker, such as its policy. */
  apply(runId: string, changed?: Partial<WorkParts>, signal?: AbortSignal): Promise<JobOutcome>
  recheck(runId: string, digest: string, changed?: Partial<WorkParts>): Promise<JobOutcome>
  verify(runId: string): Promise<JobOutcome>
  /** Asks for `myk8s` as oncall and works until the plan waits for approval. Default goal: `reconnect`. */
  untilPlanned(
    goal?: Goal,
  ): Promise<Extract<Run['state'], { kind: 'planned' }> & { readonly runId: string }>
  /** The same, then approves it as lead. */
  untilApproved(goal?: Goal): Promise<string>
  run(runId: string): Promise<Run>
  /** What would be written to `myk8s` as it is now. */
  planNow(): Promise<Plan>
  close(): Promise<void>
}

/** Opens a world in which something happened (default: Rancher has a new certificate authority), and a worker beside it. */
export async function openWorkerByHand(
  options: WorldOptions = {},
  mishap: (world: World) => unknown = ({ rancher }) => rancher.rotateCa(),
): Promise<WorkerByHand> {
  const world = await startWorld({ timeScale: 0.02, probeLimit: '10s', ...options })
  await mishap(world)
  await world.trustRancher()
  await until(
    'Rancher to miss the agents',
    () => world.rancher.clusterState(world.clusterId) === 'unavailable',
  )
  const config = readConfig(world.env, 'all')
  const { rancher, signingKey } = config
  if (!rancher || !signingKey) throw new Error('the world has no Rancher or no key')
  const log = openLog('silent')
  const clock = () => new Date()
  const store = await openStore(config, log, false)
  const verifyKey = verifyKeyOf(createPrivateKey(world.env.REAGENT_SIGNING_KEY ?? ''))
  const worker = openWorker({ ...config, rancher }, store, verifyKey, log, clock)
  const { parts } = worker
  const operations = operationsOf(store, config.policy, signingKey, clock, log)
  const personOf = (name: string): Person => ({
    teamId: world.slack.teamId,
    userId: world.slack.person(name).id,
  })
  const [oncall, lead] = [personOf('oncall'), personOf('lead')]
  const signal = new AbortController().signal

  const byHand: WorkerByHand = {
    world,
    parts,
    operations,
    oncall,
    lead,
    diagnose: (run) => createDiagnoseJob(parts)({ run }, { signal }),
    plan: (run) => createPlanJob(parts)({ run }, { signal }),
    apply: (run, changed = {}, stop = signal) =>
      createApplyJob({ ...parts, ...changed })({ run }, { signal: stop }),
    recheck: (run, digest, changed = {}) =>
      createRecheckJob({ ...parts, ...changed })({ run, digest }, { signal }),
    verify: (run) => createVerifyJob(parts)({ run }, { signal }),
    async untilPlanned(goal = 'reconnect') {
      const asked = await operations.request({
        cluster: 'myk8s',
        goal,
        by: oncall,
        conversation: null,
        requestId: null,
      })
      if (asked.kind !== 'started') throw new Error('there is an open run already')
      const { runId } = asked
      await byHand.diagnose(runId)
      await byHand.plan(runId)
      const { state } = await byHand.run(runId)
      if (state.kind !== 'planned') throw new Error(`no plan: ${JSON.stringify(state)}`)
      return { ...state, runId }
    },
    async untilApproved(goal) {
      const { runId, plan } = await byHand.untilPlanned(goal)
      await operations.approve(runId, plan.digest, lead)
      return runId
    },
    run: (runId) => operations.run(runId, oncall),
    async planNow() {
      const { rancher, openCluster } = parts
      const [cluster, rancherCluster] = await Promise.all([
        openCluster('myk8s'),
        rancher.findCluster('myk8s', signal),
      ])
      return (await buildPlan({ rancher, cluster, rancherCluster, signal })).plan
    },
    async close() {
      worker.close()
      await store.close()
      await world.close()
    },
  }
  return byHand
}

/** Works on a run until it is over: what a worker's queue does. */
export async function workUntilOver(worker: WorkerByHand, runId: string): Promise<Run> {
  return await until(
    'the run to be over',
    async () => {
      const { state } = await worker.run(runId)
      if (state.kind === 'verifying') await worker.verify(runId)
      else if (state.kind === 'applying' || state.kind === 'unknown') await worker.apply(runId)
      const run = await worker.run(runId)
      return ['recovered', 'not-recovered', 'half-applied', 'failed'].includes(run.state.kind)
        ? run
        : null
    },
    30_000,
  )
}

export const CLUSTER_AGENT = 'cattle-cluster-agent'
const NODE_AGENT = 'cattle-node-agent'
const WORKLOADS = '/apis/apps/v1/namespaces/cattle-system'

/** What bringing `myk8s` back writes after its authority changed. */
export const AGENTS_WRITTEN = [`DaemonSet ${NODE_AGENT}`, `Deployment ${CLUSTER_AGENT}`]

/** Objects of the agents that Reagent really wrote, sorted; what it keeps for a rollback does not count. */
export function writtenBy({ world }: WorkerByHand): readonly string[] {
  return world.cluster.writes
    .filter(({ dryRun, fieldManager, status }) => {
      return !dryRun && fieldManager === 'reagent' && (status < 300 || status === 0)
    })
    .filter(({ ref }) => !ref.name.startsWith('reagent-previous-'))
    .map(({ ref }) => `${ref.kind} ${ref.name}`)
    .toSorted()
}

/** Has the agents pin another authority, as an operator would with `kubectl set env`. */
export async function setEnvOfAgents(worker: WorkerByHand, caChecksum: string): Promise<void> {
  const env = [{ name: 'CATTLE_CA_CHECKSUM', value: caChecksum }]
  const change = (name: string) => ({
    spec: { template: { spec: { containers: [{ name, env }] } } },
  })
  await patch(worker, `deployments/${CLUSTER_AGENT}`, change('cluster-register'))
  await patch(worker, `daemonsets/${NODE_AGENT}`, change('agent'))
}

/** Leaves the fencing number of another worker on the Deployment. */
export async function annotateWithFence(worker: WorkerByHand, fence: number): Promise<void> {
  const annotations = { 'reagent/fence': String(fence) }
  await patch(worker, `deployments/${CLUSTER_AGENT}`, { metadata: { annotations } })
}

async function patch({ world }: WorkerByHand, path: string, body: unknown): Promise<void> {
  const type = { 'content-type': 'application/strategic-merge-patch+json' }
  const { status, text } = await world.cluster.api('PATCH', `${WORKLOADS}/${path}`, body, type)
  if (status !== 200) throw new Error(`PATCH ${path} was answered ${status}: ${text}`)
}
