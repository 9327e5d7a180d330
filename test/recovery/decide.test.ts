import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  decide,
  evolve,
  Failure,
  isOver,
  isSignedBy,
  nextStepOf,
  type RunCommand,
} from '../../src/recovery/index.ts'
import {
  alone,
  applying,
  approve,
  diagnosis,
  keys,
  lead,
  minute,
  object,
  oncall,
  outcome,
  plan,
  planned,
  policy,
  refusedByAdmission,
  requested,
  runAfter,
  stranger,
} from './history.ts'

describe('approving', () => {
  it('takes the yes of a listed approver to the plan that the card shows', () => {
    const run = planned()
    expect(runAfter(run, approve(run, lead, minute(2))).state.kind).toBe('approved')
  })

  it('refuses the person who asked', () => {
    const both = { ...policy, approve: new Set(['T1/U1', 'T1/U2']) }
    const run = planned()
    const decision = decide(run, approve(run, oncall, minute(2)), both)
    expect(decision).toMatchObject({ failure: { code: 'policy.requester-may-not-approve' } })
  })

  it('refuses somebody who is not listed, and names who is', () => {
    const run = planned()
    const decision = decide(run, approve(run, stranger, minute(2)), policy)
    expect(decision).toMatchObject({
      failure: { code: 'policy.may-not-approve', facts: { approvers: 'T1/U2, local/root' } },
    })
  })

  it('lets one person approve alone only where the policy says so', () => {
    const run = { ...planned(), requestedBy: alone }
    expect(outcome(run, approve(run, alone, minute(2)))).toBe('approved')
  })

  it('refuses a second click, a click after the end, and a click on a plan that was replaced', () => {
    const run = planned()
    const approved = runAfter(run, approve(run, lead, minute(2)))
    expect(outcome(approved, approve(approved, lead, minute(2)))).toBe('run.not-waiting')
    const cancelled = runAfter(run, { type: 'cancel', by: oncall, at: minute(2) })
    expect(outcome(cancelled, approve(cancelled, lead, minute(3)))).toBe('run.over')
    expect(outcome(run, approve(run, lead, minute(2), 'another'))).toBe('approval.other-plan')
  })

  it('refuses a yes after the time is over', () => {
    const run = planned()
    expect(outcome(run, approve(run, lead, minute(16)))).toBe('approval.expired')
  })

  it('signs what was approved, so that a changed digest no longer verifies', () => {
    const run = planned()
    const command = approve(run, lead, minute(2))
    if (command.type !== 'approve') throw new Error('not an approval')
    const forged = {
      ...command.approval,
      approval: { ...command.approval.approval, digest: 'another' },
    }
    expect(isSignedBy(command.approval, keys.publicKey)).toBe(true)
    expect(isSignedBy(forged, keys.publicKey)).toBe(false)
  })
})

describe('ending', () => {
  it('expires only the plan that was waiting, and only when its time has come', () => {
    const run = planned()
    const digest = plan().digest
    expect(outcome(run, { type: 'expire', digest, at: minute(15) })).toBe('')
    expect(outcome(run, { type: 'expire', digest: 'another', at: minute(16) })).toBe('')
    expect(outcome(run, { type: 'expire', digest, at: minute(16) })).toBe('expired')
  })

  it('cannot be cancelled once writing has begun', () => {
    expect(outcome(applying(), { type: 'cancel', by: oncall, at: minute(4) })).toBe(
      'run.too-late-to-cancel',
    )
  })

  it('says how far it came when an object is refused half-way', () => {
    const run = runAfter(applying(), {
      type: 'record-writes',
      objects: ['Secret s'],
      fence: 1,
      at: minute(4),
    })
    const ended = runAfter(run, {
      type: 'fail',
      job: 'apply',
      failure: refusedByAdmission,
      at: minute(4),
    })
    expect(ended.state).toMatchObject({ kind: 'half-applied', written: ['Secret s'] })
  })

  it('is plainly failed when nothing was written', () => {
    const ended = runAfter(applying(), {
      type: 'fail',
      job: 'apply',
      failure: refusedByAdmission,
      at: minute(4),
    })
    expect(ended.state.kind).toBe('failed')
  })

  it('goes on when a job fails that another worker has done meanwhile', () => {
    const run = runAfter(applying(), { type: 'finish-apply', at: minute(4) })
    const late = { type: 'fail', job: 'apply', failure: refusedByAdmission, at: minute(5) } as const
    expect(outcome(run, late)).toBe('')
  })

  it('stays unknown after a write without an answer, until a look at the cluster goes on', () => {
    const failure = new Failure('cluster.outcome-unknown', { object: 'Secret s' })
    const run = runAfter(applying(), { type: 'fail', job: 'apply', failure, at: minute(4) })
    expect(run.state.kind).toBe('unknown')
    expect(isOver(run)).toBe(false)
    expect(nextStepOf(run)).toEqual({ job: 'apply' })
  })
})

describe('watching for the connection', () => {
  const seen = (holdingSince: string | null, at: string): RunCommand => ({
    type: 'record-sighting',
    at,
    sighting: {
      agents: '1/1',
      rancherState: 'active',
      seenDisconnected: true,
      holdingSince,
      missing: holdingSince === null ? 'Rancher says unavailable' : '',
    },
  })
  const watched = () => runAfter(applying(), { type: 'finish-apply', at: minute(4) })

  it('remembers when it last broke off after it had been held', () => {
    const run = runAfter(watched(), seen(minute(5), minute(5)), seen(null, minute(6)))
    expect(run.state).toMatchObject({ brokeOffAt: minute(6) })
    expect(runAfter(run, seen(minute(7), minute(7))).state).toMatchObject({ brokeOffAt: minute(6) })
  })

  it('does not take a connection that never was for one that broke off', () => {
    const run = runAfter(watched(), seen(null, minute(5)), seen(null, minute(6)))
    expect(run.state).toMatchObject({ brokeOffAt: null })
  })
})

describe('jobs that run twice', () => {
  it('write down each object once', () => {
    const write: RunCommand = {
      type: 'record-writes',
      objects: ['Secret s'],
      fence: 1,
      at: minute(4),
    }
    expect(runAfter(applying(), write, write).state).toMatchObject({ written: ['Secret s'] })
  })

  it('keep the time at which writing first began', () => {
    const again: RunCommand = {
      type: 'begin-apply',
      fence: 2,
      wasConnected: true,
      at: minute(9),
    }
    expect(runAfter(applying(), again).state).toMatchObject({
      startedAt: minute(3),
      wasConnected: false,
      fence: 2,
    })
  })

  it('find every command answered in every state, and never leave an end', () => {
    const run = planned()
    const commands = fc.constantFrom<RunCommand>(
      { type: 'join', by: lead, at: minute(2) },
      { type: 'begin-diagnosis', at: minute(2) },
      { type: 'record-diagnosis', diagnosis, at: minute(2) },
      { type: 'conclude', reason: 'r', at: minute(2) },
      { type: 'propose', plan: plan(), expiresAt: minute(16), at: minute(2) },
      { type: 'supersede', reason: 'r', plan: plan([]), expiresAt: minute(16), at: minute(2) },
      approve(run, lead, minute(2)),
      { type: 'reject', by: lead, reason: 'r', at: minute(2) },
      { type: 'cancel', by: oncall, at: minute(2) },
      { type: 'expire', digest: plan().digest, at: minute(17) },
      { type: 'begin-apply', fence: 1, wasConnected: false, at: minute(3) },
      { type: 'record-writes', objects: ['Secret s'], fence: 1, at: minute(3) },
      { type: 'finish-apply', at: minute(3) },
      { type: 'give-up', reason: 'r', at: minute(3) },
      { type: 'fail', job: 'apply', failure: refusedByAdmission, at: minute(3) },
      {
        type: 'fail',
        job: 'apply',
        failure: new Failure('cluster.outcome-unknown', { object: 'Secret s' }),
        at: minute(3),
      },
    )
    fc.assert(
      fc.property(fc.array(commands, { maxLength: 20 }), (list) => {
        let current = requested()
        for (const command of list) {
          const wasOver = isOver(current)
          const decision = decide(current, command, policy)
          if (!decision.ok) continue
          if (wasOver) expect(decision.events).toEqual([])
          current = decision.events.reduce(evolve, current)
          expect(nextStepOf(current) === null).toBe(isOver(current))
        }
      }),
      { numRuns: 2_000, seed: 7 },
    )
  })
})

describe('a plan', () => {
  it('has the same digest for the same effects, and another one for another change', () => {
    expect(plan().digest).toBe(plan().digest)
    expect(plan([object('Deployment', 'a', 'other')]).digest).not.toBe(plan().digest)
  })
})
