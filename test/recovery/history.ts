import { generateKeyPairSync } from 'node:crypto'
import {
  type Diagnosis,
  decide,
  digestOf,
  evolve,
  Failure,
  type Person,
  type Plan,
  type PlannedObject,
  type Policy,
  type Run,
  type RunCommand,
  replay,
  signApproval,
} from '../../src/recovery/index.ts'

export const oncall: Person = { teamId: 'T1', userId: 'U1' }
export const lead: Person = { teamId: 'T1', userId: 'U2' }
export const stranger: Person = { teamId: 'T1', userId: 'U9' }
export const alone: Person = { teamId: 'local', userId: 'root' }

export const policy: Policy = {
  request: new Set(['T1/U1']),
  approve: new Set(['T1/U2']),
  approveAlone: new Set(['local/root']),
}

export const keys = generateKeyPairSync('ed25519')

export function minute(count: number): string {
  return new Date(Date.UTC(2026, 10, 22, 2, count)).toISOString()
}

export const diagnosis: Diagnosis = {
  cluster: { id: 'c-sxlbv', name: 'myk8s' },
  rancherState: 'unavailable',
  lostSince: minute(0),
  causes: [
    {
      id: 'ca-changed',
      confidence: 'certain',
      summary: 'the agents pin another CA',
      evidence: [],
      disproof: 'the checksums are the same',
      remedy: 're-apply',
      reapplyHelps: true,
    },
  ],
  notes: [],
  looks: [],
}

export function object(kind: string, name: string, to: string): PlannedObject {
  return {
    ref: { apiVersion: 'apps/v1', kind, namespace: 'cattle-system', name },
    action: 'update',
    changes: [{ path: 'spec.template', from: '"old"', to: JSON.stringify(to) }],
    takesOverFrom: [],
  }
}

export function plan(objects: readonly PlannedObject[] = [object('Deployment', 'a', 'new')]): Plan {
  const effects = {
    cluster: { id: 'c-sxlbv', name: 'myk8s', uid: 'u-1' },
    rancherUrl: 'https://rancher.example.com',
    caChecksum: 'ad0e',
    agentImage: 'rancher/rancher-agent:v2.1.5',
    objects,
  }
  return { digest: digestOf(effects), effects, restartsPods: 1, notes: [] }
}

export function requested(): Run {
  const run = replay([
    {
      type: 'requested',
      at: minute(1),
      run: 'r-1',
      cluster: 'myk8s',
      goal: 'reconnect',
      by: oncall,
      conversation: null,
    },
  ])
  if (!run) throw new Error('a request makes a run')
  return run
}

/** The run after these commands; a refused one is thrown. */
export function runAfter(run: Run, ...commands: readonly RunCommand[]): Run {
  return commands.reduce((current, command) => {
    const decision = decide(current, command, policy)
    if (!decision.ok) throw decision.failure
    return decision.events.reduce<Run>(evolve, current)
  }, run)
}

export function planned(of: Plan = plan()): Run {
  return runAfter(
    requested(),
    { type: 'begin-diagnosis', at: minute(1) },
    { type: 'record-diagnosis', diagnosis, at: minute(1) },
    { type: 'propose', plan: of, expiresAt: minute(16), at: minute(1) },
  )
}

export function approve(run: Run, by: Person, at: string, digest?: string): RunCommand {
  const current = 'plan' in run.state && run.state.plan ? run.state.plan.digest : ''
  const approval = { run: run.id, digest: digest ?? current, by, at, expiresAt: minute(16) }
  return { type: 'approve', approval: signApproval(approval, keys.privateKey), at }
}

export function applying(of: Plan = plan()): Run {
  const run = planned(of)
  return runAfter(run, approve(run, lead, minute(2)), {
    type: 'begin-apply',
    fence: 1,
    wasConnected: false,
    at: minute(3),
  })
}

/** The code of the failure with which a command is refused, or the events' types. */
export function outcome(run: Run, command: RunCommand): string {
  const decision = decide(run, command, policy)
  return decision.ok ? decision.events.map(({ type }) => type).join(' ') : decision.failure.code
}

export const refusedByAdmission = new Failure('cluster.refused', {
  object: 'Secret s',
  reason: 'no',
})
