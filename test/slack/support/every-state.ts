import {
  type Diagnosis,
  digestOf,
  type FailureRecord,
  type Person,
  type Plan,
  type Run,
  type RunEvent,
  type RunStateKind,
  replay,
} from '../../../src/recovery/index.ts'

/** Everything in a run that comes from outside: what people type, what Rancher and clusters say. */
export interface Texts {
  readonly cluster: string
  readonly reason: string
  readonly evidence: readonly string[]
  /** Names of objects and paths of fields. */
  readonly names: readonly string[]
  /** Values of fields. */
  readonly value: string
}

export const ORDINARY: Texts = {
  cluster: 'myk8s',
  reason: 'the agents pin another CA',
  evidence: ['agent log: certificate checksum mismatch', 'Rancher answers with issuer "other"'],
  names: ['cattle-cluster-agent', 'cattle-node-agent'],
  value: 'b71c',
}

/** Everything at its longest at the same time, made of one filler. */
export function longTexts(filler: string): Texts {
  const line = filler.repeat(1_000)
  const lines = Array.from({ length: 12 }, (_, index) => `${index}${line}`)
  return { cluster: line, reason: line, evidence: lines, names: lines, value: line }
}

const at = new Date(Date.UTC(2026, 10, 22, 2, 11)).toISOString()
const oncall: Person = { teamId: 'T1', userId: 'U1' }
const lead: Person = { teamId: 'T1', userId: 'U2' }

/** A run in each state that there is, with these texts wherever text from outside stands. */
export function runsInEveryState(texts: Texts): Readonly<Record<RunStateKind, Run>> {
  const { reason, cluster } = texts
  const plan = planWith(texts)
  const failure: FailureRecord = {
    code: 'cluster.refused',
    message: reason,
    nextStep: reason,
    facts: {},
  }
  const approval = { run: 'r-1', digest: plan.digest, by: lead, at, expiresAt: at }
  const requested: RunEvent[] = [
    {
      type: 'requested',
      at,
      run: 'r-1',
      cluster,
      goal: 'reconnect',
      by: oncall,
      conversation: { teamId: 'T1', channelId: 'C1' },
    },
    { type: 'joined', at, by: lead },
  ]
  const diagnosing: RunEvent[] = [...requested, { type: 'diagnosing', at }]
  const diagnosis = diagnosisWith(texts)
  const diagnosed: RunEvent[] = [...diagnosing, { type: 'diagnosed', at, diagnosis }]
  const planned: RunEvent[] = [...diagnosed, { type: 'planned', at, plan, expiresAt: at }]
  const superseded: RunEvent[] = [...planned, { type: 'superseded', at, digest: '', reason }]
  const approved: RunEvent[] = [
    ...planned,
    { type: 'approved', at, approval: { approval, signature: '' } },
  ]
  const wrote = texts.names.map((object): RunEvent => ({ type: 'wrote', at, object, fence: 1 }))
  const applying: RunEvent[] = [
    ...approved,
    { type: 'applying', at, fence: 1, wasConnected: false },
    ...wrote,
  ]
  const sighting = {
    agents: reason,
    rancherState: reason,
    seenDisconnected: true,
    holdingSince: null,
    missing: reason,
  }
  const verifying: RunEvent[] = [
    ...applying,
    { type: 'verifying', at },
    { type: 'sighted', at, sighting },
  ]
  const proof = { stableSince: at, stableForMs: 60_000, agents: reason, rancherState: reason }
  return {
    requested: runOf(requested),
    diagnosing: runOf(diagnosing),
    diagnosed: runOf(diagnosed),
    'no-action': runOf([...diagnosed, { type: 'concluded', at, reason }]),
    planned: runOf([...superseded, { type: 'planned', at, plan, expiresAt: at }]),
    superseded: runOf(superseded),
    rejected: runOf([...planned, { type: 'rejected', at, by: lead, reason }]),
    expired: runOf([...planned, { type: 'expired', at }]),
    cancelled: runOf([...planned, { type: 'cancelled', at, by: oncall }]),
    approved: runOf(approved),
    applying: runOf(applying),
    verifying: runOf(verifying),
    recovered: runOf([...verifying, { type: 'recovered', at, proof }]),
    'not-recovered': runOf([...verifying, { type: 'not-recovered', at, reason }]),
    'half-applied': runOf([...applying, { type: 'half-applied', at, failure }]),
    unknown: runOf([...applying, { type: 'outcome-unknown', at, failure }]),
    failed: runOf([...planned, { type: 'failed', at, failure }]),
  }
}

function runOf(events: readonly RunEvent[]): Run {
  const run = replay(events)
  if (!run) throw new Error('events make a run')
  return run
}

/** A diagnosis with these texts in it. */
export function diagnosisWith({ cluster, reason, evidence }: Texts): Diagnosis {
  const cause = {
    id: 'ca-changed',
    confidence: 'certain',
    summary: reason,
    evidence: evidence.map((says, index) => ({
      source: 'agent log' as const,
      says,
      at: index % 2 === 0 ? at : null,
    })),
    disproof: reason,
    remedy: reason,
    reapplyHelps: true,
  } as const
  return {
    cluster: { id: 'c-1', name: cluster },
    rancherState: reason,
    lostSince: null,
    causes: [cause, { ...cause, confidence: 'possible' }],
    notes: evidence,
    looks: evidence.map((line) => ({
      probe: line,
      vantage: 'worker',
      outcome: 'failed',
      tookMs: 1,
      reason: line,
    })),
  }
}

/** A plan with these texts in it. */
export function planWith({ cluster, evidence, names, value }: Texts): Plan {
  const effects = {
    cluster: { id: 'c-1', name: cluster, uid: 'u-1' },
    rancherUrl: value,
    caChecksum: 'ad0e',
    agentImage: value,
    objects: names.map((name, index) => ({
      ref: { apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'cattle-system', name },
      action: index % 3 === 2 ? ('create' as const) : ('update' as const),
      changes: names.map((path) => ({ path, from: JSON.stringify(value), to: value })),
      takesOverFrom: [name],
    })),
  }
  return { digest: digestOf(effects), effects, restartsPods: names.length, notes: evidence }
}
