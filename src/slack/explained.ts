import type { Explanation, LineExplanation } from '../diagnosis/index.ts'
import type { Explained } from '../operations/index.ts'
import type { Message } from './block.ts'
import { clip, escapeText } from './mrkdwn.ts'
import { code, type Line, labelled, paragraph, prose, richText, said } from './rich-text.ts'

const WRITERS: Readonly<Record<NonNullable<LineExplanation['by']>, string>> = {
  agent: 'an agent of a cluster',
  'fleet-agent': 'Fleet, or its agent in a cluster',
  'system-agent': 'the system agent of a node',
  rancher: 'Rancher',
  condition: 'Rancher, about a cluster',
  'rancher-api': 'Rancher’s API',
  event: 'Kubernetes, about a pod',
  cluster: 'a server on the way, or the cluster',
}

/** What pasted lines mean, for the person who asked. */
export function renderExplained({ explanation, lookup }: Explained): Message {
  const before = [...secretLines(explanation), ...countLine(explanation)]
  const [first] = explanation.lines
  return {
    text: clip(escapeText(first?.means ?? ''), 2_800),
    blocks: [
      ...(before.length > 0 ? [richText('about-lines', before)] : []),
      ...explanation.lines.map((line, index) => richText(`line-${index}`, linesOf(line, index))),
      ...lookupLines(explanation, lookup),
    ],
  }
}

/** The line that says most in full; of the others, what they mean. */
function linesOf(line: LineExplanation, index: number): readonly Line[] {
  const { by, confidence, count } = line
  const meaning = [
    ...(line.line === ''
      ? []
      : [paragraph(code(line.line, 230), ...(count > 1 ? [` ${count} times`] : []))]),
    labelled(
      'Means',
      ...prose(line.means),
      ...(confidence === 'unknown' ? [] : [` (${confidence})`]),
    ),
  ]
  if (index > 0) return meaning
  return [
    ...meaning,
    ...(by === null ? [] : [labelled('Written by', WRITERS[by])]),
    labelled('Does not prove', ...prose(line.doesNotProve)),
    labelled('Do', ...prose(line.toDo)),
  ]
}

function countLine({ lines, lineCount, leftOut }: Explanation): readonly Line[] {
  if (lineCount < 2) return []
  const kinds = lines.length + leftOut
  if (kinds === 1) return [paragraph(`${lineCount} lines of one kind.`)]
  const shown = leftOut > 0 ? `the ${lines.length} that say most` : 'what says most first'
  return [paragraph(`${lineCount} lines of ${kinds} kinds, ${shown}.`)]
}

function secretLines({ secrets }: Explanation): readonly Line[] {
  return secrets.map((secret) => labelled('⚠️ Take care', ...prose(SECRETS[secret])))
}

const SECRETS: Readonly<Record<Explanation['secrets'][number], string>> = {
  'registration-token':
    'What you pasted holds a cluster registration token. Whoever reads it here, or wherever it came from, can register agents with that cluster. Delete the message, delete that registration token in Rancher, and run `/rancher reagent CLUSTER`, because the agents use it at their next start.',
  'api-token':
    'What you pasted holds an API token. Delete the message, and delete that token in Rancher or where it belongs.',
  password: 'What you pasted holds a password. Delete the message and change it.',
}

function lookupLines({ traces }: Explanation, lookup: Explained['lookup']) {
  if (lookup === 'none') return []
  const names = [...traces.addresses, ...traces.clusterIds].join(', ')
  const line =
    lookup === 'asked'
      ? labelled('Belongs to', 'looking up ', code(names, 200), '; the answer follows.')
      : labelled('Belongs to', code(names, 200), ' could not be looked up: ', said(lookup.message))
  return [richText('lookup', [line])]
}
