import { Failure, type Run } from '../recovery/index.ts'
import type { Context } from './context.ts'
import type { Terminal } from './contract.ts'
import { describeState } from './describe-run.ts'
import type { ExitCode } from './exit-code.ts'
import { localTime } from './times.ts'

/** Awaited for each state of a run that is followed; `stop` ends the following. */
export type OnChange = (run: Run) => Promise<'go-on' | 'stop'>

/**
 * Follows a run, with progress on a terminal, until `isEnough`. Gives the last state that was seen; it is not enough only when the
 * person interrupted, or `onChange` said to stop.
 */
export async function follow(
  { parts, output }: Context,
  terminal: Terminal,
  runId: string,
  isEnough: (run: Run) => boolean,
  onChange: OnChange = async () => 'go-on',
): Promise<Run> {
  let last: Run | null = null
  let said = ''
  for await (const run of terminal.follow(runId, parts.signal)) {
    last = run
    const state = describeState(run)
    if (state !== said) output.progress(`${localTime(run.changedAt)}  ${run.cluster}  ${state}`)
    said = state
    if ((await onChange(run)) === 'stop' || isEnough(run) || parts.signal.aborted) return run
  }
  if (!parts.signal.aborted) throw new Failure('internal.unexpected')
  return last ?? terminal.operations.run(runId, terminal.person)
}

/** Says what becomes of a run that nobody here follows any longer. */
export function sayInterrupted({ output }: Context, run: Run): ExitCode {
  output.note(
    `Interrupted. Run ${run.id} is kept: ${describeState(run)}.`,
    `A running Reagent, or \`reagent reconnect ${run.cluster}\`, carries on with it.`,
    `\`reagent cancel ${run.id}\` ends it before anything is applied.`,
  )
  return 130
}
