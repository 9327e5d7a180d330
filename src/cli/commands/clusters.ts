import type { ClusterLine } from '../../queue/index.ts'
import { askClusters } from '../ask-clusters.ts'
import { type AddCommand, withTerminal } from '../context.ts'
import { table } from '../table.ts'
import { age } from '../times.ts'

export const addClusters: AddCommand = (program, perform) => {
  program
    .command('clusters')
    .description('list the clusters that Rancher knows, lost ones first')
    .action(() =>
      perform((context) =>
        withTerminal(context, async (terminal) => {
          const { output, parts } = context
          const clusters = await askClusters(terminal, { about: 'clusters' }, parts.signal)
          output.record({ clusters })
          if (clusters.length === 0) output.say('Rancher knows no cluster.')
          else output.say(...clusterTable(clusters, parts.clock(), output.columns))
          return 0
        }),
      ),
    )
}

/** One line a cluster; the message of Rancher comes last, where it may be cut. */
export function clusterTable(
  clusters: readonly ClusterLine[],
  now: Date,
  columns: number | null,
): readonly string[] {
  const head = ['CLUSTER', 'ID', 'STATE', 'SINCE', 'RUN', 'MESSAGE']
  const rows = clusters.map(({ name, id, state, since, openRun, message }) => [
    name,
    id,
    state,
    since === null ? '-' : age(since, now),
    openRun ?? '-',
    message,
  ])
  return table([head, ...rows], columns)
}
