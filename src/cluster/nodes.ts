import { findJson } from './answer.ts'
import type { Connection } from './connection.ts'
import type { NodeWithAddresses } from './contract.ts'
import { recordsAt, textAt } from './json.ts'
import { nodeOf } from './observe-agents.ts'

const MOST_NODES = 250

/** See `Cluster.nodes`. */
export async function listNodes(
  connection: Connection,
  signal: AbortSignal,
): Promise<readonly NodeWithAddresses[]> {
  const path = `/api/v1/nodes?limit=${MOST_NODES}`
  const list = await findJson(connection, path, 'list Nodes', signal)
  return recordsAt(list, 'items').map((node) => ({
    ...nodeOf(node),
    addresses: recordsAt(node, 'status', 'addresses')
      .filter(({ type }) => type !== 'Hostname')
      .flatMap((one) => textAt(one, 'address') ?? []),
  }))
}
