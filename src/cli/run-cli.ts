import { Command, CommanderError } from 'commander'
import packageJson from '../../package.json' with { type: 'json' }
import { asFailure, Failure } from '../recovery/index.ts'
import { clean } from './clean.ts'
import { addApply } from './commands/apply.ts'
import { addCancel } from './commands/cancel.ts'
import { addCheck } from './commands/check.ts'
import { addClusters } from './commands/clusters.ts'
import { addDiagnose } from './commands/diagnose.ts'
import { addInit } from './commands/init.ts'
import { addKeys } from './commands/keys.ts'
import { addKubeconfig } from './commands/kubeconfig.ts'
import { addManifest } from './commands/manifest.ts'
import { addReconnect } from './commands/reconnect.ts'
import { addRuns } from './commands/runs.ts'
import { addStart } from './commands/start.ts'
import { addStatus } from './commands/status.ts'
import type { Perform } from './context.ts'
import type { CliParts } from './contract.ts'
import { type ExitCode, exitCodeOfFailure, exitCodeTable } from './exit-code.ts'
import { createOutput } from './output.ts'

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
    await createProgram(parts, perform, output.json).parseAsync(argv, { from: 'user' })
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

function createProgram(parts: CliParts, perform: Perform, json: boolean): Command {
  const program = new Command('reagent')
    .description('Brings a Rancher-managed Kubernetes cluster back when Rancher has lost it.')
    .version(packageJson.version)
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
  for (const add of COMMANDS) add(program, perform)
  for (const command of program.commands) command.option('--json', 'answer in JSON, on stdout')
  return program
}

const COMMANDS = [
  addReconnect,
  addDiagnose,
  addClusters,
  addStatus,
  addRuns,
  addCancel,
  addManifest,
  addKubeconfig,
  addApply,
  addStart,
  addCheck,
  addInit,
  addKeys,
]

function asksForJson(argv: readonly string[]): boolean {
  const end = argv.indexOf('--')
  return (end < 0 ? argv : argv.slice(0, end)).includes('--json')
}
