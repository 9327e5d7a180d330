import type { AgentsObserved, AgentWorkload } from '../src/cluster/index.ts'
import { isConnected, rancherRecovered } from '../src/diagnosis/index.ts'
import { again, done, type Handlers, type WorkJobs } from '../src/queue/index.ts'
import { asFailure, type Run, type Sighting } from '../src/recovery/index.ts'
import type { WorkParts } from './parts.ts'

type Verifying = Extract<Run['state'], { kind: 'verifying' }>

/**
 * Looks once whether the cluster is back, and again later until it has been so for the whole window or the time is up.
 * What was seen is kept in the run, so a look after a crash continues the same window.
 */
export function createVerifyJob(parts: WorkParts): Handlers<WorkJobs>['verify'] {
  const { runs, change, clock, proof } = parts

  return async function verifyJob({ run: runId }, { signal }) {
    const run = await runs.load(runId)
    if (run?.state.kind !== 'verifying') return done
    const sighting = await look(parts, run, run.state, signal)
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
        proof: { stableSince: holdingSince, stableForMs, agents, rancherState },
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

async function look(
  parts: WorkParts,
  run: Run,
  state: Verifying,
  signal: AbortSignal,
): Promise<Sighting> {
  const before = state.sighting
  const sawDisconnected = before?.seenDisconnected ?? !state.wasConnected
  const at = parts.clock().toISOString()
  try {
    const [record, cluster] = await Promise.all([
      parts.rancher.cluster(state.plan.effects.cluster.id, signal),
      parts.openCluster(run.cluster),
    ])
    const agents = await cluster.observeAgents(signal)
    const rancher = rancherRecovered(record, {
      since: state.startedAt,
      seenDisconnected: sawDisconnected,
    })
    const seenDisconnected = sawDisconnected || !isConnected(record)
    const missing = [...missingAgents(agents), ...(rancher.connected ? [] : [rancher.reason])]
    const isHolding = missing.length === 0
    return {
      agents: countAgents(agents),
      rancherState: record.state,
      seenDisconnected,
      holdingSince: isHolding ? (before?.holdingSince ?? at) : null,
      missing: missing.join('; '),
    }
  } catch (error) {
    // A look that was stopped says nothing about the cluster.
    signal.throwIfAborted()
    const failure = asFailure(error)
    parts.log.warn({ run: run.id, code: failure.code, error }, 'a look at the cluster failed')
    return {
      agents: before?.agents ?? 'not seen',
      rancherState: before?.rancherState ?? 'not seen',
      seenDisconnected: sawDisconnected,
      holdingSince: null,
      missing: failure.message,
    }
  }
}

function workloadsOf(agents: AgentsObserved): readonly AgentWorkload[] {
  return [agents.clusterAgent, agents.nodeAgent].filter((workload) => workload !== null)
}

function countAgents(agents: AgentsObserved): string {
  return workloadsOf(agents)
    .map(({ readyPods, desiredPods }) => `${readyPods}/${desiredPods}`)
    .join(', ')
}

function missingAgents(agents: AgentsObserved): readonly string[] {
  if (!agents.clusterAgent) return ['the Deployment cattle-cluster-agent is not there']
  return workloadsOf(agents)
    .filter(({ rolledOut }) => !rolledOut)
    .map(({ ref, readyPods, updatedPods, desiredPods }) => {
      const newPods = Math.min(readyPods, updatedPods)
      const said =
        newPods < desiredPods
          ? `${newPods} of ${desiredPods} pods are new and ready`
          : 'its rollout is not complete yet'
      return `${ref.kind} ${ref.name}: ${said}`
    })
}

function hasChanged(before: Sighting | null, now: Sighting): boolean {
  return JSON.stringify(before) !== JSON.stringify(now)
}
