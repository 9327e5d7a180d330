import { existsSync } from 'node:fs'
import { type Command, Option } from 'commander'
import { Failure } from '../../recovery/index.ts'
import { configText, environmentFor, type FirstConfig } from '../config-text.ts'
import type { AddCommand, Context } from '../context.ts'
import type { ExitCode } from '../exit-code.ts'
import {
  configFrom,
  type Draft,
  draftFrom,
  type InitOptions,
  missingFiles,
  missingFrom,
} from '../init-options.ts'
import { askForRest, Interrupted } from '../init-questions.ts'
import { folderOf } from '../init-values.ts'
import { writeNewFile } from '../write-file.ts'

interface Options extends InitOptions {
  readonly output: string
  readonly force?: boolean
}

export const addInit: AddCommand = (program, perform) => {
  const command = program
    .command('init')
    .description('write a first reagent.yaml; at a terminal, asks for what the options do not say')
    .option('--output <file>', 'where to write it; - is stdout', 'reagent.yaml')
    .option('--force', 'replace a file that is there')
  addQuestions(command).action((options: Options) => perform((context) => init(context, options)))
}

function addQuestions(command: Command): Command {
  return command
    .option('--rancher-url <url>', 'address of Rancher, as its setting server-url has it')
    .option('--ca-file <file>', 'PEM file of the authority of Rancher’s certificate')
    .option('--cluster <name=kubeconfig...>', 'a cluster and its kubeconfig; may be repeated')
    .option('--team <id>', 'Slack workspace, such as T012ABCDEF; without it, no Slack')
    .addOption(
      new Option(
        '--connection <kind>',
        'how Slack reaches Reagent: socket needs no open port (default: socket)',
      ).choices(['socket', 'http']),
    )
    .option('--request <person...>', 'who may ask: a Slack member id or local/ACCOUNT')
    .option('--approve <person...>', 'who may approve what somebody else asked for')
    .option('--approve-alone <person...>', 'who may approve what they asked for themselves')
}

async function init(context: Context, options: Options): Promise<ExitCode> {
  const { output } = context
  const { output: file, force = false } = options
  // Nobody should answer ten questions to hear at the end that nothing is written.
  if (file !== '-' && !force && existsSync(file)) throw new Failure('file.exists', { file })
  const draft = await completeDraft(context, options)
  if (draft === null) {
    output.note('', 'Interrupted. Nothing was written.')
    return 130
  }
  const config = configFrom(draft)
  if (file === '-') output.content(configText(config))
  else await writeNewFile(file, configText(config), { mode: 0o644, force })
  const missing = missingFiles(draft)
  if (missing.length > 0) output.note(`Not there yet, and needed: ${missing.join(', ')}`)
  // What is written to stdout is a file for a program; it is not mixed with sentences for people.
  if (file === '-') output.note(...nextSteps(config, file))
  else {
    output.record({ file, missingFiles: missing, environment: environmentFor(config) })
    output.say(`Wrote ${file}.`, ...nextSteps(config, file))
  }
  return 0
}

/** Null when the person pressed ctrl-C. Fails with `usage.invalid`, which has every problem of the options. */
async function completeDraft(
  context: Context,
  options: Options,
): Promise<(Draft & { readonly rancherUrl: string }) | null> {
  const folder = folderOf(options.output)
  const { draft, problems } = draftFrom(options, folder)
  const canAsk = context.parts.askPerson !== null && !context.output.json
  const all = [...problems, ...(canAsk ? [] : missingFrom(draft))]
  const { rancherUrl } = draft
  if (all.length > 0) throw new Failure('usage.invalid', { problem: all.join('\n') })
  if (!canAsk && rancherUrl !== undefined) return { ...draft, rancherUrl }
  try {
    return await askForRest(context, draft, folder)
  } catch (error) {
    if (error instanceof Interrupted) return null
    throw error
  }
}

function nextSteps(config: FirstConfig, file: string): readonly string[] {
  const environment = environmentFor(config)
  const isUsual = file === 'reagent.yaml'
  return [
    ...(config.team === null ? [] : ['', ...slackSteps(config.connection)]),
    '',
    'Still to be set in the environment (or, as NAME_FILE, the path of a file that holds it):',
    ...environment.flatMap(({ name, what, where }) => [`  ${name}: ${what}`, `      ${where}`]),
    ...(isUsual ? [] : [`  REAGENT_CONFIG: ${file === '-' ? 'the path of this file' : file}`]),
    '',
    'Then test it all: reagent check',
  ]
}

function slackSteps(connection: FirstConfig['connection']): readonly string[] {
  return [
    'The Slack app, if there is none yet: on https://api.slack.com/apps, Create New App, From a manifest; paste',
    `deploy/slack-manifest.yaml (its first lines say what to change for ${connection === 'socket' ? 'Socket Mode' : 'HTTP'}), then Install to Workspace.`,
  ]
}
