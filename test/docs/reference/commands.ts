import type { Command } from 'commander'
import { createProgram, exitCodes } from '../../../src/cli/index.ts'
import { commandTexts } from '../../../src/slack/index.ts'
import { code, table, wrap } from './markdown.ts'

const printed: string[] = []
const program = createProgram(
  async () => undefined,
  (unprepared) => unprepared.configureOutput({ writeOut: (text) => void printed.push(text) }),
)

/** Every command of the terminal at a glance. */
export function terminalCommandTable(): string {
  const rows = program.commands.map((command) => [
    `[${code(`reagent ${usageOf(command)}`)}](#reagent-${command.name()})`,
    command.description(),
  ])
  return table(['command', 'what it does'], rows)
}

/** Each command of the terminal with its arguments and options. */
export function terminalCommands(): string {
  return program.commands.map(commandText).join('\n\n')
}

function commandText(command: Command): string {
  const help = command.createHelp()
  const args = help
    .visibleArguments(command)
    .map((argument) => [code(argument.name()), help.argumentDescription(argument)])
  const options = help
    .visibleOptions(command)
    .filter((option) => option.long !== '--help')
    .map((option) => [code(help.optionTerm(option)), help.optionDescription(option)])
  const sections = [
    `### reagent ${command.name()}`,
    wrap(`${code(`reagent ${usageOf(command)}`)} – ${command.description()}.`),
    table(['argument or option', 'what'], [...args, ...options]),
    textAfterHelpOf(command),
  ]
  return sections.filter((section) => section !== '').join('\n\n')
}

function usageOf(command: Command): string {
  const args = command.createHelp().visibleArguments(command)
  const shown = args.map((argument) =>
    argument.required ? argument.name().toUpperCase() : `[${argument.name().toUpperCase()}]`,
  )
  return [command.name(), ...shown].join(' ')
}

/** What `--help` prints below arguments and options. */
function textAfterHelpOf(command: Command): string {
  printed.length = 0
  command.outputHelp()
  const after = printed.join('').replace(command.helpInformation(), '').trim()
  return after === '' ? '' : wrap(after.replaceAll('\n', ' '))
}

export function exitCodeReference(): string {
  return table(
    ['code', 'meaning'],
    Object.entries(exitCodes).map(([number, meaning]) => [number, meaning]),
  )
}

export function slackCommands(): string {
  return table(
    ['command', 'what it does'],
    Object.values(commandTexts).map(({ usage, does }) => [code(`/rancher ${usage}`), does]),
  )
}
