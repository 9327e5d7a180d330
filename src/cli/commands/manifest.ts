import type { AddCommand } from '../context.ts'
import { addFileOptions, type FileOptions, handOver } from '../hand-over.ts'
import { asFileNamePart } from '../write-file.ts'

export const addManifest: AddCommand = (program, perform) => {
  const command = program
    .command('manifest')
    .argument('<cluster>', 'name as Rancher shows it, or id')
    .description('write the agent manifest that Rancher has for a cluster; it holds a token')
  addFileOptions(command, 'rancher-agents-CLUSTER.yml').action(
    (cluster: string, options: FileOptions) =>
      perform((context) =>
        handOver(context, cluster, options, {
          what: 'agent manifest',
          defaultFile: `rancher-agents-${asFileNamePart(cluster)}.yml`,
          read: async (terminal, signal) => ({ text: await terminal.manifest(cluster, signal) }),
        }),
      ),
  )
}
