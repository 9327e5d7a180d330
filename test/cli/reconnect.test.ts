import { describe, expect, it } from 'vitest'
import { approve, diagnosis, lead, minute, oncall, planned } from '../recovery/history.ts'
import { commandLine } from './support/command-line.ts'
import { firstPlan, superseding, toPlan, toRecovered, toWritten } from './support/terminal.ts'

describe('reagent reconnect', () => {
  it('shows cause and plan in full, asks, applies after a yes and says that the cluster is back', async () => {
    const line = commandLine({ isTTY: true, answers: ['y'], steps: [...toPlan, ...toRecovered] })
    expect(await line.run('reconnect', 'myk8s')).toBe(0)
    expect(line.questions).toEqual(['Apply this plan to myk8s? [y/N] '])
    expect(line.stdout).toContain('Cause   the agents pin another CA (certain)')
    expect(line.stdout).toContain(`Plan ${firstPlan.digest.slice(0, 8)} for myk8s`)
    expect(line.stdout).toContain('update    Deployment cattle-system/cattle-cluster-agent')
    expect(line.stdout).toContain('spec.template  "old" → "new"')
    expect(line.stdout).toContain('myk8s is back')
    expect(line.terminal.closed).toBe(true)
  })

  it('shows progress on a terminal', async () => {
    const line = commandLine({ isTTY: true, answers: ['yes'], steps: [...toPlan, ...toRecovered] })
    await line.run('reconnect', 'myk8s')
    expect(line.stderr).toMatch(/diagnosing\n.*diagnosed\n.*waits for approval/)
    expect(line.stderr).toContain('approved by local/root')
  })

  it('writes no progress where stderr is not a terminal', async () => {
    const line = commandLine({ steps: [...toPlan, ...toRecovered] })
    expect(await line.run('reconnect', 'myk8s', '--yes')).toBe(0)
    expect(line.stderr).toBe('')
    expect(line.stdout).toContain('myk8s is back')
  })

  it('writes nothing to the cluster after a no, which is also what Enter means', async () => {
    for (const answer of ['n', '']) {
      const line = commandLine({
        isTTY: true,
        answers: [answer],
        steps: [...toPlan, ...toRecovered],
      })
      expect(await line.run('reconnect', 'myk8s')).toBe(7)
      expect(line.stdout).toContain('rejected by local/root: answered no at the terminal')
    }
  })

  it('refuses --yes from somebody whom the policy does not let approve alone, and says who may', async () => {
    const line = commandLine({ person: oncall, steps: toPlan })
    expect(await line.run('reconnect', 'myk8s', '--yes')).toBe(4)
    expect(line.stderr).toContain('Run r-1 is kept')
    expect(line.stderr).toContain('It needs one of T1/U2, local/root.')
    const [open] = await line.terminal.operations.runs(oncall, 1)
    expect(open?.state.kind).toBe('planned')
    expect(line.terminal.closed).toBe(true)
  })

  it('says who may approve and follows on when the person may not', async () => {
    const { approval } = approve(planned(firstPlan), lead, minute(2)) as Extract<
      ReturnType<typeof approve>,
      { type: 'approve' }
    >
    const signed = { ...approval, approval: { ...approval.approval, run: 'r-1' } }
    const steps = [...toPlan, { type: 'approve', approval: signed } as const, ...toRecovered]
    const line = commandLine({ person: oncall, isTTY: true, answers: [], steps })
    expect(await line.run('reconnect', 'myk8s')).toBe(0)
    expect(line.questions).toEqual([])
    expect(line.stdout).toContain('Run r-1 needs one of T1/U2, local/root')
  })

  it('shows a changed plan again and asks again', async () => {
    const steps = [...toPlan, superseding, ...toRecovered]
    const line = commandLine({ isTTY: true, answers: ['y', 'y'], steps })
    expect(await line.run('reconnect', 'myk8s')).toBe(0)
    expect(line.questions).toHaveLength(2)
    expect(line.stdout).toContain('no longer holds: Rancher’s certificate authority changed')
    expect(line.stdout).toContain('"old" → "newer"')
  })

  it('approves a changed plan too with --yes, after showing it', async () => {
    const line = commandLine({ steps: [...toPlan, superseding, ...toRecovered] })
    expect(await line.run('reconnect', 'myk8s', '--yes')).toBe(0)
    expect(line.stdout).toMatch(/"old" → "new"[\s\S]*no longer holds[\s\S]*"old" → "newer"/)
  })

  it('leaves the run waiting on ctrl-C at the question, and says which one', async () => {
    const line = commandLine({ isTTY: true, answers: ['ctrl-C'], steps: toPlan })
    expect(await line.run('reconnect', 'myk8s')).toBe(130)
    expect(line.stderr).toContain('Interrupted. Run r-1 is kept: plan')
    expect(line.stderr).toContain('reagent cancel r-1')
    expect((await line.terminal.operations.runs(line.terminal.person, 1))[0]?.state.kind).toBe(
      'planned',
    )
    expect(line.terminal.closed).toBe(true)
  })

  it('leaves the run as it is on ctrl-C while it is applied', async () => {
    const line = commandLine({ steps: [...toPlan, ...toWritten] })
    const ended = line.run('reconnect', 'myk8s', '--yes', '--json')
    await expect.poll(() => line.stdout).toContain('"written":["Deployment')
    line.interrupt()
    expect(await ended).toBe(130)
    expect(line.stderr).toContain('Run r-1 is kept: applying, 1 written')
  })

  it('joins the run that is open, and may approve what somebody else asked for', async () => {
    const line = commandLine({ isTTY: true, answers: ['y'], steps: [...toPlan, ...toRecovered] })
    await line.terminal.operations.request({
      cluster: 'myk8s',
      goal: 'reconnect',
      by: oncall,
      conversation: null,
      requestId: null,
    })
    expect(await line.run('reconnect', 'myk8s')).toBe(0)
    expect(line.stdout).toContain('Joined run r-1 (reconnect)')
  })

  it('asks for its own run after the diagnosis that it joined', async () => {
    const toDiagnosed = toPlan.slice(0, 2)
    const steps = [...toDiagnosed, { type: 'conclude', reason: 're-apply' } as const]
    const line = commandLine({ steps: [...steps, ...toPlan, ...toRecovered] })
    await line.terminal.operations.request({
      cluster: 'myk8s',
      goal: 'diagnose',
      by: oncall,
      conversation: null,
      requestId: null,
    })
    expect(await line.run('reconnect', 'myk8s', '--yes')).toBe(0)
    expect(line.stdout).toContain('Joined run r-1 (diagnose)')
    expect(line.stdout).toContain('myk8s is back')
  })

  it('gives a line of JSON for each state, the last one over', async () => {
    const line = commandLine({ steps: [...toPlan, ...toRecovered] })
    expect(await line.run('reconnect', 'myk8s', '--yes', '--json')).toBe(0)
    const lines = line.json()
    expect(lines.at(0)).toMatchObject({ run: { id: 'r-1', state: 'requested', over: false } })
    expect(lines.at(-1)).toMatchObject({
      run: {
        state: 'recovered',
        over: true,
        approvedBy: 'local/root',
        written: ['Deployment cattle-system/cattle-cluster-agent'],
        proof: { stableForMs: 60_000 },
        failure: null,
      },
    })
  })

  it('ends with a code that says what became of the run', async () => {
    const [cause] = diagnosis.causes
    const otherCause = (id: 'nothing-wrong' | 'rancher-unreachable') => ({
      type: 'record-diagnosis' as const,
      diagnosis: { ...diagnosis, causes: [{ ...cause, id, reapplyHelps: false }] as const },
    })
    const begin = { type: 'begin-diagnosis' } as const
    const conclude = { type: 'conclude', reason: 'do this instead' } as const
    const ends = [
      { steps: [begin, otherCause('nothing-wrong'), conclude], code: 0 },
      { steps: [begin, otherCause('rancher-unreachable'), conclude], code: 6 },
      { steps: [...toPlan, { type: 'cancel', by: lead } as const], code: 7 },
      {
        steps: [
          ...toPlan,
          ...toWritten,
          { type: 'finish-apply' },
          { type: 'give-up', reason: 'no' },
        ],
        code: 8,
      },
    ] as const
    for (const { steps, code } of ends) {
      const yes = code === 8 ? ['--yes'] : []
      expect(await commandLine({ steps }).run('reconnect', 'myk8s', ...yes)).toBe(code)
    }
  })

  it('goes on to a plan for any cause with apply', async () => {
    const line = commandLine({ steps: [...toPlan, ...toRecovered] })
    expect(await line.run('apply', 'myk8s', '--yes', '--json')).toBe(0)
    expect(line.json().at(-1)).toMatchObject({ run: { goal: 'apply', state: 'recovered' } })
  })
})
