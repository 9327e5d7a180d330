import type { ClusterLine } from '../../queue/index.ts'
import { askClusters } from '../ask-clusters.ts'
import { type AddCommand, type Context, withTerminal } from '../context.ts'
import type { ExitCode } from '../exit-code.ts'
import { timeAndAge } from '../times.ts'
import { clusterTable } from './clusters.ts'

export const addStatus: AddCommand = (program, perform) => {
  program
    .command('status')
    .argument('[cluster]', 'name as Rancher shows it, or id; without it: all that need attention')
    .description('say how a cluster stands in Rancher')
    .action((cluster: string | undefined) => perform((context) => status(context, cluster)))
}

function status(context: Context, name: string | undefined): Promise<ExitCode> {
  return withTerminal(context, async (terminal) => {
    const { output, parts } = context
    const question =
      name === undefined
        ? ({ about: 'clusters' } as const)
        : ({ about: 'cluster', cluster: name } as const)
    const clusters = await askClusters(terminal, question, parts.signal)
    const now = parts.clock()
    if (name === undefined) {
      const lost = clusters.filter(needsAttention)
      output.record({ total: clusters.length, clusters: lost })
      output.say(`${lost.length} of ${clusters.length} clusters need attention.`)
      if (lost.length > 0) output.say(...clusterTable(lost, now, output.columns))
      return 0
    }
    output.record({ clusters })
    for (const cluster of clusters) output.say(...describeCluster(cluster, now))
    return 0
  })
}

function needsAttention({ state, openRun }: ClusterLine): boolean {
  return state !== 'active' || openRun !== null
}

function describeCluster(cluster: ClusterLine, now: Date): readonly string[] {
  const { name, id, state, message, since, openRun } = cluster
  return [
    `${name} (${id})  ${state}`,
    ...(since === null ? [] : [`Since   ${timeAndAge(since, now)}`]),
    ...(message === '' ? [] : [`Rancher ${message}`]),
    ...(openRun === null ? [] : [`Run     ${openRun} works on it`]),
    ...(state === 'active' ? [] : [`Do      reagent diagnose ${name}`]),
  ]
}
