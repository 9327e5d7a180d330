import type { Owner, Owners } from '../diagnosis/index.ts'
import type { Block, Message } from './block.ts'
import { ACTION, button } from './card/buttons.ts'
import { clip, code, escapeText, plain, sentence } from './mrkdwn.ts'

const SHOWN_OWNERS = 10

/** Which cluster and node the addresses of a log line belong to, with a button that diagnoses each. */
export function renderOwners({ owners, unknown, ownMachine, unseen }: Owners): Message {
  const shown = owners.slice(0, SHOWN_OWNERS)
  const rest = owners.length - shown.length
  const texts = [
    ...(rest > 0 ? [`and ${rest} more owners of these addresses.`] : []),
    ...unknown.map((trace) => notFound(trace, unseen.length > 0)),
    ...ownMachine.map((address) => `${code(address)} is the machine itself that wrote the line.`),
    ...(isSeveral(owners)
      ? [
          'An address with several owners: private networks repeat. Compare with where the log is from.',
        ]
      : []),
    ...unseen.map((reason) => `Could not be asked: ${sentence(reason, 300)}`),
  ]
  const summary = [...shown.map(ownerText), ...texts].join('\n')
  return {
    text: clip(summary, 2_800),
    blocks: [
      ...shown.map(ownerBlock),
      ...(texts.length > 0 ? [section('owners-rest', texts.join('\n'))] : []),
    ],
  }
}

function ownerText({ trace, cluster, as }: Owner): string {
  const name = code(cluster.name)
  const state = cluster.state === null ? '' : ` (${escapeText(plain(cluster.state, 40))})`
  const own = cluster.internal ? ', the cluster that Rancher itself runs on' : ''
  switch (as.kind) {
    case 'node':
      return `${code(trace)} is node ${code(as.name || 'without a name')} of cluster ${name}${state}${own}.`
    case 'api-server':
      return `${code(trace)} is the API server of cluster ${name}${state}${own}.`
    case 'id':
      return `${code(trace)} is cluster ${name}${state}${own}.`
  }
}

function ownerBlock(owner: Owner, index: number): Block {
  const { cluster } = owner
  const text = { type: 'mrkdwn' as const, text: clip(ownerText(owner), 1_000) }
  const block_id = `owner-${index}`
  if (cluster.internal) return { type: 'section', block_id, text }
  const name = clip(cluster.name, 500)
  const label = `Diagnose ${plain(cluster.name, 60)}`
  return { type: 'section', block_id, text, accessory: button(ACTION.diagnose, label, name, label) }
}

function notFound(trace: string, isPartial: boolean): string {
  const who = isPartial ? 'None that could be asked knows' : 'Rancher does not know'
  return trace.startsWith('c-')
    ? `${who} a cluster ${code(trace)}: it may be deleted, or of another Rancher.`
    : `${who} a node with the address ${code(trace)}: it may be that of a NAT gateway, proxy or load balancer, or of a browser or monitoring.`
}

function isSeveral(owners: readonly Owner[]): boolean {
  const clustersOf = Map.groupBy(owners, ({ trace }) => trace).values()
  return [...clustersOf].some(
    (group) => new Set(group.map(({ cluster }) => cluster.id ?? cluster.name)).size > 1,
  )
}

function section(block_id: string, text: string): Block {
  return { type: 'section', block_id, text: { type: 'mrkdwn', text: clip(text, 2_800) } }
}
