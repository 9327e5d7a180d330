import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** The folder of this repository. */
export const REPOSITORY = fileURLToPath(new URL('../../../', import.meta.url))

/** The text of one of its files. */
export function readText(path: string): string {
  return readFileSync(`${REPOSITORY}${path}`, 'utf8')
}
