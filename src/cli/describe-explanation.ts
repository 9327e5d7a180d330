import type { Explanation, LineExplanation, Owner, Owners } from '../diagnosis/index.ts'
import { forTerminal } from './output.ts'

/** What pasted lines mean, one fact a line. */
export function describeExplanation(explanation: Explanation): readonly string[] {
  const { lines, lineCount, leftOut, secrets } = explanation
  return [
    ...secrets.map((secret) => `Careful ${SECRETS[secret]}`),
    ...(lineCount > 1 ? [`${lineCount} lines; what says most comes first.`] : []),
    ...lines.flatMap((line, index) => [...(index > 0 ? [''] : []), ...describeLine(line, index)]),
    ...(leftOut > 0 ? ['', `${leftOut} more kinds of line are not shown.`] : []),
  ]
}

const SECRETS: Readonly<Record<Explanation['secrets'][number], string>> = {
  'registration-token':
    'the line holds a cluster registration token. If it was posted anywhere, delete that token in Rancher and run `reagent reconnect CLUSTER`: the agents use it at their next start.',
  'api-token': 'the line holds an API token. If it was posted anywhere, delete that token.',
  password: 'the line holds a password. If it was posted anywhere, change it.',
}

/** The line that says most in full; of the others, what they mean. */
function describeLine(line: LineExplanation, index: number): readonly string[] {
  const sure = line.confidence === 'unknown' ? '' : ` (${line.confidence})`
  const times = line.count > 1 ? ` (${line.count} times)` : ''
  const meaning = [
    ...(line.line === '' ? [] : [`Line    ${line.line}${times}`]),
    `Means   ${forTerminal(line.means)}${sure}`,
  ]
  if (index > 0) return meaning
  return [
    ...meaning,
    `But     does not prove: ${forTerminal(line.doesNotProve)}`,
    `Do      ${forTerminal(line.toDo)}`,
  ]
}

/** Whose addresses stand in the lines. */
export function describeOwners(found: Owners): readonly string[] {
  const { owners, unknown, ownMachine, unseen } = found
  const clusters = new Set(
    owners.filter(({ cluster }) => !cluster.internal).map(({ cluster }) => cluster.name),
  )
  return [
    ...owners.map((owner) => `Owner   ${describeOwner(owner)}`),
    ...[...clusters].map(
      (name) => `        reagent diagnose ${/\s/.test(name) ? `"${name}"` : name}`,
    ),
    ...unknown.map((trace) => `Owner   ${notFound(trace, unseen.length > 0)}`),
    ...ownMachine.map((address) => `Owner   ${address} is the machine itself that wrote the line`),
    ...unseen.map((reason) => `Unseen  ${reason}`),
  ]
}

function describeOwner({ trace, cluster, as }: Owner): string {
  const state = cluster.state === null ? '' : ` (${cluster.state})`
  const own = cluster.internal ? ', the cluster that Rancher itself runs on' : ''
  const of = `cluster ${cluster.name}${state}${own}`
  switch (as.kind) {
    case 'node':
      return `${trace} is node ${as.name || 'without a name'} of ${of}`
    case 'api-server':
      return `${trace} is the API server of ${of}`
    case 'id':
      return `${trace} is ${of}`
  }
}

function notFound(trace: string, isPartial: boolean): string {
  const who = isPartial ? 'none that could be asked knows' : 'Rancher does not know'
  return trace.startsWith('c-')
    ? `${trace}: ${who} such a cluster; it may be deleted, or of another Rancher`
    : `${trace}: ${who} a node with that address; it may be that of a NAT gateway, proxy or load balancer, or of a browser or monitoring`
}
