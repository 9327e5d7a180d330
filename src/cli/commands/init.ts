import { unlink } from 'node:fs/promises'
import { type Command, Option } from 'commander'
import { readConfig } from '../../config/index.ts'
import { configText, environmentFor, type FirstConfig } from '../config-text.ts'
import type { AddCommand, Context } from '../context.ts'
import type { ExitCode } from '../exit-code.ts'
import { completeConfig, type InitOptions } from '../init-questions.ts'
import { writeNewFile } from '../write-file.ts'

export const addInit: AddCommand = (program, perform) => {
  const command = program
    .command('init')
    .description('write a first reagent.yaml; asks for what the options do not say')
    .option('--output <file>', 'where to write it', 'reagent.yaml')
  addQuestions(command).action((options: InitOptions & { readonly output: string }) =>
    perform((context) => init(context, options)),
  )
}

function addQuestions(command: Command): Command {
  return command
    .option('--rancher-url <url>', 'address of Rancher')
    .option('--ca-file <file>', 'PEM file of the authority of Rancher’s certificate')
    .option('--cluster <name=kubeconfig...>', 'a cluster and its kubeconfig; may be repeated')
    .option('--team <id>', 'Slack workspace, such as T012ABCDEF')
    .addOption(
      new Option('--connection <kind>', 'how Slack reaches Reagent').choices(['http', 'socket']),
    )
    .option('--request <person...>', 'who may ask: a Slack user id or local/ACCOUNT')
    .option('--approve <person...>', 'who may approve what somebody else asked for')
    .option('--approve-alone <person...>', 'who may approve what they asked for themselves')
}

async function init(
  context: Context,
  options: InitOptions & { readonly output: string },
): Promise<ExitCode> {
  const { output } = context
  const file = options.output
  const config = await completeConfig(context, options)
  if (config === null) {
    output.note('Interrupted. Nothing was written.')
    return 130
  }
  await writeNewFile(file, configText(config), { mode: 0o644, force: false })
  await removeUnlessValid(file, config)
  const environment = environmentFor(config)
  output.record({ file, environment })
  output.say(
    `Wrote ${file}. Still to be set in the environment:`,
    ...environment.map(({ name, what }) => `  ${name.padEnd(22)}${what}`),
    'Then run `reagent check`.',
  )
  return 0
}

/** Reads the file as a start would, with something in place of each secret. Fails with `config.invalid`. */
async function removeUnlessValid(file: string, config: FirstConfig): Promise<void> {
  const secrets = environmentFor(config).map(({ name }) => [name, 'set later'])
  const env = { ...Object.fromEntries(secrets), REAGENT_CONFIG: file }
  try {
    readConfig(env, config.team === null ? 'terminal' : 'all')
  } catch (error) {
    await unlink(file)
    throw error
  }
}
