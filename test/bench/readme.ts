import { readFileSync, writeFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import type { Figure } from './contract.ts'

const README = new URL('../../README.md', import.meta.url)
const BLOCK = /(<!-- measured -->\n)[\s\S]*?(<!-- end -->)/

/** Puts the figures of this run into the README, in place of those that stand there. Throws where it has no place for them. */
export function writeFigures(figures: readonly Figure[], at: Date): void {
  const readme = readFileSync(README, 'utf8')
  if (!BLOCK.test(readme)) throw new Error('the README has no place for figures')
  const day = at.toISOString().slice(0, 10)
  const lines = [
    `Measured on ${day} with Node ${process.versions.node} on ${availableParallelism()} cores:`,
    '',
    ...figures.map((figure) => `- ${lineOf(figure)}`),
  ]
  const block = (_all: string, begin: string, end: string) =>
    `${begin}\n${lines.join('\n')}\n\n${end}`
  writeFileSync(README, readme.replace(BLOCK, block))
}

function lineOf({ name, value, unit, ratio, peer }: Figure): string {
  const own = `${name}: ${amount(value, unit)}`
  if (!peer || ratio === undefined) return own
  return `${own}, ${ratio.toFixed(2)} × ${peer.name} (${amount(peer.value, unit)})`
}

function amount(value: number, unit: Figure['unit']): string {
  const isCount = unit === 'packages' || unit === 'cases'
  const digits = isCount || value >= 100 ? 0 : 1
  return `${value.toFixed(digits)}${isCount ? '' : ` ${unit}`}`
}
