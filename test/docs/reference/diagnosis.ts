import { knownIssues, lineMeanings } from '../../../src/diagnosis/index.ts'
import { code, table } from './markdown.ts'

/** Every known issue that Reagent names, with the versions that have it. */
export function knownIssueTable(): string {
  return table(
    ['issue', 'Rancher', 'what the card says'],
    knownIssues.map(({ issue, versions, note }) => [
      `[${issue}](https://github.com/${issue.replace('#', '/issues/')})`,
      versions === null ? 'any' : versions.map(versionText).join(', '),
      note,
    ]),
  )
}

/** Every kind of log line that is explained, except for those that are there when all is well. */
export function lineTable(): string {
  const telling = lineMeanings.filter(({ weight }) => weight !== 'normal')
  return table(
    ['kind', 'how sure', 'what it means'],
    telling.map(({ id, confidence, means }) => [code(id), confidence, means]),
  )
}

function versionText(range: string): string {
  const [from = '', to = from] = range.split('..')
  if (to === '') return `${from} and later`
  return from === to ? from : `${from} to ${to}`
}
