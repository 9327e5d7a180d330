import { type Use, type Variable, variables } from '../../../src/config/index.ts'
import { type ConfigKey, configKeys, leavesOf } from './config-keys.ts'
import { code, item, table, wrap } from './markdown.ts'

/** All keys at a glance. */
export function keyTable(): string {
  const rows = leavesOf(configKeys()).map(({ path, type, default: value }) => [
    code(path),
    type,
    value === undefined ? '–' : code(asYaml(value)),
  ])
  return table(['key', 'type', 'default'], rows)
}

/** Each section and key with what it does and when to change it. */
export function keyReference(): string {
  return configKeys().map(sectionText).join('\n\n')
}

function sectionText(section: ConfigKey): string {
  const keys = leavesOf([section]).map(keyText)
  return [`### ${code(section.name)}`, wrap(section.description), ...keys].join('\n\n')
}

function keyText({ path, type, default: value, description, change }: ConfigKey): string {
  return [
    `#### ${code(path)}`,
    '',
    wrap(description),
    '',
    item('Type', type),
    ...(value === undefined ? [] : [item('Default', code(asYaml(value)))]),
    item('Change it', change ?? ''),
  ].join('\n')
}

/** A value as it is written in a YAML file on one line. */
export function asYaml(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(asYaml).join(', ')}]`
  if (typeof value === 'object' && value !== null) {
    return `{${Object.entries(value)
      .map(([name, inner]) => `${name}: ${asYaml(inner)}`)
      .join(', ')}}`
  }
  return String(value)
}

/** Which role takes which variable. */
export function variableTable(): string {
  const rows = entries().map(([name, variable]) => [
    code(name),
    variable.fromFile ? 'yes' : '–',
    ...ROLES.map((role) => useOf(variable, role)),
    variable.default ? code(variable.default) : '–',
  ])
  return table(['variable', '`_FILE`', ...ROLES, 'default'], rows)
}

const ROLES = ['all', 'bot', 'worker', 'terminal'] as const
const SHORT: Readonly<Record<Use, string>> = {
  required: 'required',
  optional: 'optional',
  ignored: '–',
  refused: 'refused',
}

function useOf({ use, requiredWhen }: Variable, role: (typeof ROLES)[number]): string {
  return use[role] === 'required' && requiredWhen ? 'see below' : SHORT[use[role]]
}

/** Each variable with what it is for. */
export function variableReference(): string {
  return entries()
    .map(([name, { what, more, requiredWhen }]) => {
      const required = requiredWhen ? ` Required ${requiredWhen}.` : ''
      return wrap(`- ${code(name)}: ${what}.${required} ${more}`, '  ')
    })
    .join('\n')
}

function entries(): readonly (readonly [string, Variable])[] {
  return Object.entries(variables)
}
