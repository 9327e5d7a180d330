import { Failure, nextStepOf, type Run, type RunCommand } from '../../../src/recovery/index.ts'
import {
  approve,
  diagnosis,
  lead,
  minute,
  object,
  oncall,
  plan,
  refusedByAdmission,
} from '../../recovery/history.ts'

type CommandsOf = (run: Run) => readonly RunCommand[]

const at = minute(2)
const expiresAt = minute(16)
const afterExpiry = minute(17)
const secret = 'Secret cattle-system/cattle-credentials-303a0bd'
const sighting = {
  agents: '1/1',
  rancherState: 'active',
  seenDisconnected: true,
  holdingSince: null,
  missing: '',
}
const outcomeUnknown = new Failure('cluster.outcome-unknown', { object: secret })

/** For every command that a run can be given, the forms of it that can lead somewhere else. */
const COMMANDS: Readonly<Record<RunCommand['type'], CommandsOf>> = {
  join: () => [{ type: 'join', by: lead, at }],
  'begin-diagnosis': () => [{ type: 'begin-diagnosis', at }],
  'record-diagnosis': () => [{ type: 'record-diagnosis', diagnosis, at }],
  conclude: () => [{ type: 'conclude', reason: 'nothing to do', at }],
  propose: () => [{ type: 'propose', plan: plan(), expiresAt, at }],
  supersede: () => {
    const other = plan([object('DaemonSet', 'cattle-node-agent', 'new')])
    return [{ type: 'supersede', reason: 'the cluster changed', plan: other, expiresAt, at }]
  },
  approve: (run) => [approve(run, lead, at)],
  reject: () => [{ type: 'reject', by: lead, reason: 'not now', at }],
  cancel: () => [{ type: 'cancel', by: oncall, at }],
  expire: (run) => {
    const digest = 'plan' in run.state && run.state.plan ? run.state.plan.digest : ''
    return [{ type: 'expire', digest, at: afterExpiry }]
  },
  'begin-apply': () => [{ type: 'begin-apply', fence: 1, wasConnected: false, at }],
  'record-writes': () => [{ type: 'record-writes', objects: [secret], fence: 1, at }],
  'finish-apply': () => [{ type: 'finish-apply', at }],
  'record-sighting': () => [{ type: 'record-sighting', sighting, at }],
  prove: () => {
    const proof = { stableSince: at, stableForMs: 60_000, agents: '1/1', rancherState: 'active' }
    return [{ type: 'prove', proof, at }]
  },
  'give-up': () => [{ type: 'give-up', reason: 'the agents are not ready', at }],
  fail: (run) => {
    const job = nextStepOf(run)?.job
    if (!job) return []
    return [refusedByAdmission, outcomeUnknown].map((failure) => ({
      type: 'fail' as const,
      job,
      failure,
      at,
    }))
  },
}

/** Every command, in every form that matters, that this run can be given. */
export function commandsFor(run: Run): readonly RunCommand[] {
  return Object.values(COMMANDS).flatMap((commandsOf) => commandsOf(run))
}
