import { type Command, CommanderError } from 'commander'
import { asFailure, Failure } from '../recovery/index.ts'
import { clean } from './clean.ts'
import type { Perform } from './context.ts'
import type { CliParts } from './contract.ts'
import { type ExitCode, exitCodeOfFailure, exitCodeTable } from './exit-code.ts'
import { createOutput } from './output.ts'
import { createProgram } from './program.ts'

/**
 * Runs one command line (without `node` and the program's name) and gives the exit code of the process. Never rejects: what goes
 * wrong is said on stderr, or with `--json` as `{ "error": { code, message, nextStep } }` on stdout.
 */
export async function runCli(argv: readonly string[], parts: CliParts): Promise<number> {
  const output = createOutput(parts, asksForJson(argv))
  let exitCode: ExitCode = 0
  const perform: Perform = async (work) => {
    exitCode = await work({ parts, output })
  }
  try {
    const program = createProgram(perform, settingsFor(parts, output.json))
    await program.parseAsync(argv, { from: 'user' })
    return exitCode
  } catch (thrown) {
    if (parts.signal.aborted) {
      output.note('Interrupted.')
      return 130
    }
    if (thrown instanceof CommanderError) {
      if (thrown.exitCode === 0) return 0
      const problem = clean(thrown.message.replace(/^error: /, ''))
      // For people, commander has said it already.
      if (output.json) output.failure(new Failure('usage.invalid', { problem }))
      return 2
    }
    output.failure(thrown)
    return exitCodeOfFailure(asFailure(thrown).code)
  }
}

function settingsFor(parts: CliParts, json: boolean): (program: Command) => void {
  return (program) =>
    program
      .exitOverride()
      .showHelpAfterError('See `reagent --help`, or `reagent COMMAND --help` for one command.')
      .configureOutput({
        writeOut: (text) => parts.stdout.write(text),
        writeErr: (text) => {
          if (!json) parts.stderr.write(`${text.trimEnd().split('\n').map(clean).join('\n')}\n`)
        },
        getOutHelpWidth: () => parts.stdout.columns,
        getErrHelpWidth: () => parts.stdout.columns,
        getOutHasColors: () => false,
        getErrHasColors: () => false,
      })
      .addHelpText('after', `\nExit codes:\n${exitCodeTable}`)
}

function asksForJson(argv: readonly string[]): boolean {
  const end = argv.indexOf('--')
  return (end < 0 ? argv : argv.slice(0, end)).includes('--json')
}
