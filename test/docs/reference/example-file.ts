import { type Variable, variables } from '../../../src/config/index.ts'
import { type ConfigKey, configKeys } from './config-keys.ts'
import { asYaml } from './configuration.ts'
import { wrap } from './markdown.ts'

/** `reagent.example.yaml`: every key with what it does, and its default or an example. */
export function exampleFile(): string {
  const sections = configKeys().map((key) => linesOf(key, '').join('\n'))
  return `${[HEADING, secrets()].join('\n')}\n\n${sections.join('\n\n')}\n`
}

const HEADING = `# Every key of Reagent's configuration, with its default where there is one. Copy it to reagent.yaml (or name it in
# REAGENT_CONFIG) and keep what differs. Unknown keys are refused, and every problem is reported at once.
# Lengths of time have a unit: 500ms, 60s, 15m, 24h. Files are looked for beside this file.
#
# Secrets do not belong here. They come by environment, or from a file that NAME_FILE names:`

function secrets(): string {
  const found: readonly (readonly [string, Variable])[] = Object.entries(variables)
  return found
    .filter(([, { fromFile }]) => fromFile)
    .map(([name, { what }]) => `#   ${name.padEnd(25)}${what.replaceAll('`', '')}`)
    .join('\n')
}

function linesOf(key: ConfigKey, indent: string): readonly string[] {
  const { keys, name, path } = key
  const about = path.endsWith('.NAME') ? [] : [comment(key.description, indent)]
  if (keys !== null) {
    return [
      ...about,
      `${indent}${name}:`,
      ...keys.flatMap((inner) => linesOf(inner, `${indent}  `)),
    ]
  }
  const value = asYaml(key.example ?? key.default)
  return [...about, `${indent}${key.isRare ? '# ' : ''}${name}: ${value}`]
}

function comment(text: string, indent: string): string {
  return `${indent}# ${wrap(text.replaceAll('`', ''), `${indent}# `)}`
}
