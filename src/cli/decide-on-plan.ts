import { asFailure, type FailureCode, keyOf, type Run, type RunState } from '../recovery/index.ts'
import { askUnlessInterrupted } from './ask.ts'
import type { Context } from './context.ts'
import type { Terminal } from './contract.ts'
import { describePlan } from './describe-plan.ts'
import { describeState } from './describe-run.ts'
import { timeAndAge } from './times.ts'

type PlannedRun = Run & { readonly state: Extract<RunState, { readonly kind: 'planned' }> }

/**
 * Shows a plan in full, then approves it (`--yes`), asks the person, or says who may decide. What follows from the decision comes with the
 * next state of the run; `stop` when the person pressed ctrl-C instead. Fails with a `policy.` code when `--yes` is
 * refused.
 */
export async function decideOnPlan(
  context: Context,
  terminal: Terminal,
  run: PlannedRun,
  approves: boolean,
): Promise<'go-on' | 'stop'> {
  const { output, parts } = context
  show(context, run)
  if (approves) {
    await approveWithYes(context, terminal, run)
    return 'go-on'
  }
  const approvers = terminal.operations.approversOf(run)
  if (!approvers.includes(keyOf(terminal.person))) {
    const who =
      approvers.length > 0 ? `one of ${approvers.join(', ')}` : 'an approver, and has none'
    output.say(`Run ${run.id} needs ${who} (policy in reagent.yaml). Waiting.`)
    return 'go-on'
  }
  if (output.json || parts.askPerson === null) {
    output.note(
      `Run ${run.id} waits: \`reagent reconnect ${run.cluster} --yes\` approves its plan.`,
    )
    return 'go-on'
  }
  const answer = await askUnlessInterrupted(context, `Apply this plan to ${run.cluster}? [y/N] `)
  if (answer === null) return 'stop'
  await decideAs(context, terminal, run, /^\s*y(es)?\s*$/i.test(answer))
  return 'go-on'
}

function show({ output, parts }: Context, { state }: PlannedRun): void {
  const { plan, expiresAt, supersededBecause } = state
  if (supersededBecause !== null) {
    output.say(`The plan before no longer holds: ${supersededBecause}`, '')
  }
  output.say(...describePlan(plan), `  expires   ${timeAndAge(expiresAt, parts.clock())}`, '')
}

async function approveWithYes(
  { output }: Context,
  { operations, person }: Terminal,
  run: PlannedRun,
): Promise<void> {
  try {
    await operations.approve(run.id, run.state.plan.digest, person)
  } catch (thrown) {
    if (wasDecidedElsewhere(thrown)) return output.note(asFailure(thrown).message)
    output.note(`Run ${run.id} is kept: ${describeState(run)}.`)
    throw thrown
  }
}

async function decideAs(
  { output }: Context,
  { operations, person }: Terminal,
  run: PlannedRun,
  isYes: boolean,
): Promise<void> {
  try {
    if (isYes) await operations.approve(run.id, run.state.plan.digest, person)
    else await operations.reject(run.id, person, 'answered no at the terminal')
  } catch (thrown) {
    if (!wasDecidedElsewhere(thrown)) throw thrown
    output.note(asFailure(thrown).message)
  }
}

const DECIDED_ELSEWHERE: readonly FailureCode[] = [
  'approval.expired',
  'approval.other-plan',
  'run.not-waiting',
  'run.over',
]

/** Somebody, or time, was faster: the next state of the run shows what came of it. */
function wasDecidedElsewhere(thrown: unknown): boolean {
  return DECIDED_ELSEWHERE.includes(asFailure(thrown).code)
}
