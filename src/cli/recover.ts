import { type Goal, isOver } from '../recovery/index.ts'
import { type Context, withTerminal } from './context.ts'
import type { Terminal } from './contract.ts'
import { decideOnPlan } from './decide-on-plan.ts'
import { describeDiagnosis } from './describe-diagnosis.ts'
import { describeEnd } from './describe-run.ts'
import { type ExitCode, exitCodeOfRun } from './exit-code.ts'
import { follow, type OnChange, sayInterrupted } from './follow.ts'
import { runRecord } from './run-record.ts'

/**
 * Asks for a recovery, or joins the one that is under way, and follows it to its end. Every plan that waits for approval is shown and
 * put to the person. `approves` is the `--yes` of the command line.
 */
export function recover(
  context: Context,
  cluster: string,
  goal: Exclude<Goal, 'diagnose'>,
  approves: boolean,
): Promise<ExitCode> {
  return withTerminal(context, async (terminal) => {
    for (;;) {
      const runId = await request(context, terminal, cluster, goal)
      const run = await follow(
        context,
        terminal,
        runId,
        isOver,
        attend(context, terminal, approves),
      )
      if (!isOver(run)) return sayInterrupted(context, run)
      // We had joined somebody's diagnosis, which ends without a plan.
      if (run.goal === 'diagnose' && run.state.kind === 'no-action') continue
      context.output.say(...describeEnd(run))
      return exitCodeOfRun(run)
    }
  })
}

async function request(
  { output }: Context,
  { operations, person }: Terminal,
  cluster: string,
  goal: Goal,
): Promise<string> {
  const asking = { cluster, goal, by: person, conversation: null, requestId: null }
  const requested = await operations.request(asking)
  if (requested.kind === 'started') return requested.runId
  const { run } = requested
  output.say(`Joined run ${run.id} (${run.goal}), which works on this cluster already.`)
  return run.id
}

/** What the person is shown and asked at each state of a run: the diagnosis once, and each plan once. */
function attend(context: Context, terminal: Terminal, approves: boolean): OnChange {
  const { output, parts } = context
  let hasShownDiagnosis = false
  let shownPlan = ''
  return async (run) => {
    const { state } = run
    output.record({ run: runRecord(run) })
    if (!hasShownDiagnosis && 'diagnosis' in state && state.diagnosis) {
      hasShownDiagnosis = true
      output.say(...describeDiagnosis(state.diagnosis, parts.clock()), '')
    }
    if (state.kind !== 'planned') return 'go-on'
    // The same change proposed once more needs another approval: the time for the one before is over.
    const plan = `${state.plan.digest} ${state.expiresAt}`
    if (plan === shownPlan) return 'go-on'
    shownPlan = plan
    return decideOnPlan(context, terminal, { ...run, state }, approves)
  }
}
