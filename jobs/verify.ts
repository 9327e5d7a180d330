import type { AgentWorkload } from '../src/cluster/index.ts'
import {
  agentMarks,
  changesBetween,
  conditionTimes,
  expectedWorkloads,
  isConnected,
  missingAgents,
  rancherRecovered,
} from '../src/diagnosis/index.ts'
import { again, done, type Handlers, type WorkJobs } from '../src/queue/index.ts'
import { agentsExpected, type RancherCluster } from '../src/rancher/index.ts'
import { asFailure, type Plan, type Run, type Sighting, stepsOf } from '../src/recovery/index.ts'
import type { WorkParts } from './parts.ts'

/** What a proof is made with: it only looks. */
type ProvingParts = Pick<
  WorkParts,
  'runs' | 'change' | 'clock' | 'proof' | 'rancher' | 'openCluster' | 'log'
>

type Verifying = Extract<Run['state'], { kind: 'verifying' }>

/**
 * Looks once whether the cluster is back, and again later until it has been so for the whole window or the time is up.
 * What was seen is kept in the run, so a look after a crash continues the same window.
 */
export function createVerifyJob(parts: ProvingParts): Handlers<WorkJobs>['verify'] {
  const { runs, change, clock, proof } = parts

  return async function verifyJob({ run: runId }, { signal }) {
    const run = await runs.load(runId)
    if (run?.state.kind !== 'verifying') return done
    const { sighting, tunnel } = await look(parts, run, run.state, signal)
    const nowMs = clock().getTime()
    const { holdingSince } = sighting
    if (hasChanged(run.state.sighting, sighting)) {
      await change(runId, () => ({ type: 'record-sighting', sighting }), { within: 'verify' })
    }
    if (holdingSince !== null && nowMs - Date.parse(holdingSince) >= proof.stableForMs) {
      const { agents, rancherState } = sighting
      const stableForMs = nowMs - Date.parse(holdingSince)
      await change(runId, () => ({
        type: 'prove',
        proof: { stableSince: holdingSince, stableForMs, agents, rancherState, tunnel },
      }))
      return done
    }
    const isLate = nowMs - Date.parse(run.state.appliedAt) >= proof.giveUpAfterMs
    if (holdingSince === null && isLate) {
      await change(runId, () => ({ type: 'give-up', reason: sighting.missing }))
      return done
    }
    return again(proof.lookEveryMs)
  }
}

interface Looked {
  readonly sighting: Sighting
  /** What a call through the tunnel showed, for people. */
  readonly tunnel: string
}

async function look(
  parts: ProvingParts,
  run: Run,
  state: Verifying,
  signal: AbortSignal,
): Promise<Looked> {
  const { plan, startedAt: since, sighting: before } = state
  const sawDisconnected = before?.seenDisconnected ?? !state.wasConnected
  const at = parts.clock().toISOString()
  try {
    const [record, version, cluster] = await Promise.all([
      parts.rancher.cluster(plan.effects.cluster.id, signal),
      parts.rancher.version(signal),
      parts.openCluster(run.cluster),
    ])
    const agents = await cluster.observeAgents(signal)
    const expected = agentsExpected(version, record)
    const workloads = expectedWorkloads(agents, expected)
    const rancher = rancherRecovered(record, { since, seenDisconnected: sawDisconnected }, expected)
    const marks = { ...agentMarks(workloads), conditions: conditionTimes(record, expected) }
    const missing = [
      ...missingAgents(agents, expected, { plan, since }),
      ...(rancher.connected ? [] : [rancher.reason]),
      ...missingPush(plan, record),
    ]
    // Asked only when all else is well: while the agents are not connected it could tell nothing.
    const tunnel = missing.length === 0 ? await throughTunnel(parts, plan, signal) : NOT_ASKED
    const isHeld = before !== null && before.holdingSince !== null
    const lacks = [
      ...missing,
      ...tunnel.missing,
      ...(isHeld ? changesBetween(before.marks ?? {}, marks) : []),
    ]
    const sighting = {
      agents: countAgents(workloads),
      rancherState: record.state,
      seenDisconnected: sawDisconnected || !isConnected(record),
      holdingSince: lacks.length === 0 ? (before?.holdingSince ?? at) : null,
      missing: lacks.join('; '),
      marks,
    }
    return { sighting, tunnel: tunnel.says }
  } catch (error) {
    // A look that was stopped says nothing about the cluster.
    signal.throwIfAborted()
    const failure = asFailure(error)
    parts.log.warn({ run: run.id, code: failure.code, error }, 'a look at the cluster failed')
    const sighting = {
      agents: before?.agents ?? 'not seen',
      rancherState: before?.rancherState ?? 'not seen',
      seenDisconnected: sawDisconnected,
      holdingSince: null,
      missing: failure.message,
    }
    return { sighting, tunnel: NOT_ASKED.says }
  }
}

const NOT_ASKED = { says: 'the tunnel was not asked', missing: [] } as const

/** Whether it is this cluster that answers through Rancher's tunnel. A token that may not ask proves nothing either way. */
async function throughTunnel(
  { rancher }: ProvingParts,
  { effects }: Plan,
  signal: AbortSignal,
): Promise<{ readonly says: string; readonly missing: readonly string[] }> {
  const { id, uid } = effects.cluster
  const found = await rancher.identityThroughTunnel(id, signal)
  switch (found.kind) {
    case 'not-available':
      return { says: `not tried through the tunnel (${found.reason})`, missing: [] }
    case 'broken':
      return {
        says: found.reason,
        missing: [`a call through Rancher’s tunnel fails: ${found.reason}`],
      }
    case 'answered':
      return found.uid === uid
        ? { says: 'this cluster answers through the tunnel', missing: [] }
        : { says: 'another cluster answers', missing: [otherCluster(found.uid, uid)] }
  }
}

function otherCluster(found: string, own: string): string {
  return `through Rancher’s tunnel another cluster answers (kube-system has uid ${found}, not ${own}): some other cluster runs agents with this registration, stop those first`
}

function missingPush(plan: Plan, { annotations }: RancherCluster): readonly string[] {
  return stepsOf(plan)
    .filter(({ annotation, value }) => annotations[annotation] === value)
    .map(() => 'Rancher has not pushed its own manifest yet')
}

function countAgents(workloads: readonly AgentWorkload[]): string {
  return workloads.map(({ readyPods, desiredPods }) => `${readyPods}/${desiredPods}`).join(', ')
}

function hasChanged(before: Sighting | null, now: Sighting): boolean {
  return JSON.stringify(before) !== JSON.stringify(now)
}
