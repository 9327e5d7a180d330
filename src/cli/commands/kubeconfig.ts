import type { AddCommand } from '../context.ts'
import { addFileOptions, type FileOptions, handOver } from '../hand-over.ts'
import { asFileNamePart } from '../write-file.ts'

export const addKubeconfig: AddCommand = (program, perform) => {
  const command = program
    .command('kubeconfig')
    .argument('<cluster>', 'name as Rancher shows it, or id')
    .description('write a kubeconfig that does not go through Rancher; it holds credentials')
  addFileOptions(command, 'kubeconfig-CLUSTER.yaml').action(
    (cluster: string, options: FileOptions) =>
      perform((context) =>
        handOver(context, cluster, options, {
          what: 'kubeconfig',
          defaultFile: `kubeconfig-${asFileNamePart(cluster)}.yaml`,
          read: (terminal, signal) => terminal.kubeconfig(cluster, signal),
        }),
      ),
  )
}
