import type { Command } from 'commander'
import { Failure } from '../recovery/index.ts'
import type { CliParts, Terminal } from './contract.ts'
import type { ExitCode } from './exit-code.ts'
import type { Output } from './output.ts'

/** What every command works with. */
export interface Context {
  readonly parts: CliParts
  readonly output: Output
}

/** Runs the work of the command that was chosen; its exit code becomes that of the process. */
export type Perform = (work: (context: Context) => Promise<ExitCode>) => Promise<void>

/** Adds one command to the program. */
export type AddCommand = (program: Command, perform: Perform) => void

/** Opens Reagent for as long as the work takes. */
export async function withTerminal(
  { parts }: Context,
  work: (terminal: Terminal) => Promise<ExitCode>,
): Promise<ExitCode> {
  const terminal = await parts.openTerminal()
  try {
    return await work(terminal)
  } finally {
    await terminal.close()
  }
}

/** Reading needs the right to request or to approve, here as in Slack. Fails with `policy.may-not-request`. */
export function requireReading({ operations, person }: Terminal): void {
  const rights = operations.rightsOf(person)
  if (!rights.request && !rights.approve) throw new Failure('policy.may-not-request')
}
