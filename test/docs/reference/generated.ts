import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import {
  exitCodeReference,
  slackCommands,
  terminalCommands,
  terminalCommandTable,
} from './commands.ts'
import { keyReference, keyTable, variableReference, variableTable } from './configuration.ts'
import { knownIssueTable, lineTable } from './diagnosis.ts'
import { exampleFile } from './example-file.ts'
import { failureContents, failureReference } from './failures.ts'
import { stateDiagram, stateTable } from './states.ts'

/** What the documentation takes from the code, by the name that stands in its comments. */
export const blocks: Readonly<Record<string, () => string>> = {
  'configuration keys': keyTable,
  'configuration reference': keyReference,
  'environment variables': variableTable,
  'environment reference': variableReference,
  'failure contents': failureContents,
  'failure reference': failureReference,
  'terminal command table': terminalCommandTable,
  'terminal commands': terminalCommands,
  'exit codes': exitCodeReference,
  'slack commands': slackCommands,
  'known issues': knownIssueTable,
  'log lines': lineTable,
  'state diagram': stateDiagram,
  'state table': stateTable,
}

export const ROOT = fileURLToPath(new URL('../../../', import.meta.url))

/** Files with generated parts: where, what is on disk, and what should be. */
export function generatedFiles(): readonly {
  readonly path: string
  readonly actual: string
  readonly expected: string
}[] {
  const pages = globSync('docs/*.md', { cwd: ROOT }).map((path) => {
    const actual = readFileSync(join(ROOT, path), 'utf8')
    return { path, actual, expected: filledIn(actual) }
  })
  const example = 'reagent.example.yaml'
  const actual = readFileSync(join(ROOT, example), 'utf8')
  return [...pages, { path: example, actual, expected: exampleFile() }]
}

const BLOCK = /<!-- generated: (.+?) -->\n[\s\S]*?<!-- end -->/g

/** A page with each block between `<!-- generated: NAME -->` and `<!-- end -->` written anew. */
function filledIn(page: string): string {
  return page.replace(BLOCK, (_block, name: string) => {
    const text = blocks[name]
    if (!text) throw new Error(`nothing generates "${name}"`)
    return `<!-- generated: ${name} -->\n\n${text()}\n\n<!-- end -->`
  })
}

/** The names of the blocks that a page has. */
export function blocksIn(page: string): readonly string[] {
  return [...page.matchAll(BLOCK)].map(([, name = '']) => name)
}
