import { Command } from 'commander'
import packageJson from '../../package.json' with { type: 'json' }
import { addApply } from './commands/apply.ts'
import { addCancel } from './commands/cancel.ts'
import { addCheck } from './commands/check.ts'
import { addClusters } from './commands/clusters.ts'
import { addDiagnose } from './commands/diagnose.ts'
import { addExplain } from './commands/explain.ts'
import { addInit } from './commands/init.ts'
import { addKeys } from './commands/keys.ts'
import { addKubeconfig } from './commands/kubeconfig.ts'
import { addManifest } from './commands/manifest.ts'
import { addRbac } from './commands/rbac.ts'
import { addReconnect } from './commands/reconnect.ts'
import { addRuns } from './commands/runs.ts'
import { addStart } from './commands/start.ts'
import { addStatus } from './commands/status.ts'
import type { Perform } from './context.ts'

/**
 * Every command with its arguments, options and texts. `prepare` sets the program up before the commands are added, which take over
 * its settings; without it, the program is good for reading what there is.
 */
export function createProgram(
  perform: Perform,
  prepare: (program: Command) => void = () => undefined,
): Command {
  const program = new Command('reagent')
    .description('Brings a Rancher-managed Kubernetes cluster back when Rancher has lost it.')
    .version(packageJson.version)
  prepare(program)
  for (const add of COMMANDS) add(program, perform)
  for (const command of program.commands) command.option('--json', 'answer in JSON, on stdout')
  return program
}

const COMMANDS = [
  addReconnect,
  addDiagnose,
  addClusters,
  addStatus,
  addExplain,
  addRuns,
  addCancel,
  addManifest,
  addKubeconfig,
  addApply,
  addStart,
  addCheck,
  addInit,
  addKeys,
  addRbac,
]
