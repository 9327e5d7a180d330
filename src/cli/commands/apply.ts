import type { AddCommand } from '../context.ts'
import { recover } from '../recover.ts'

export const addApply: AddCommand = (program, perform) => {
  program
    .command('apply')
    .argument('<cluster>', 'name as Rancher shows it, or id')
    .description('apply the agent manifest whatever the cause is, after approval of the plan')
    .option('--yes', 'approve the plan without being asked, where the policy lets you do so alone')
    .action((cluster: string, options: { readonly yes?: true }) =>
      perform((context) => recover(context, cluster, 'apply', options.yes === true)),
    )
}
