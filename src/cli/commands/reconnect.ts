import type { AddCommand } from '../context.ts'
import { recover } from '../recover.ts'

export const addReconnect: AddCommand = (program, perform) => {
  program
    .command('reconnect')
    .argument('<cluster>', 'name as Rancher shows it, or id')
    .description(
      'find out why Rancher lost a cluster, and bring it back after approval of the plan',
    )
    .option('--yes', 'approve the plan without being asked, where the policy lets you do so alone')
    .addHelpText('after', ABOUT_YES)
    .action((cluster: string, options: { readonly yes?: true }) =>
      perform((context) => recover(context, cluster, 'reconnect', options.yes === true)),
    )
}

const ABOUT_YES = `
The plan is always printed before anything is applied. When the cluster or Rancher changes
before the first write, the new plan is printed and needs approval again; --yes approves it too.
With --json each state of the run is a line { "run": … }, and nothing is asked.`
