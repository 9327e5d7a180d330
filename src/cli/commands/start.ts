import { Option } from 'commander'
import type { AddCommand } from '../context.ts'

const ROLES = ['all', 'bot', 'worker'] as const
type Role = (typeof ROLES)[number]

export const addStart: AddCommand = (program, perform) => {
  program
    .command('start')
    .description('run Reagent until it is asked to stop')
    .addOption(
      new Option('--role <role>', 'bot talks with Slack, worker with Rancher and the clusters')
        .choices(ROLES)
        .default('all'),
    )
    .action(({ role }: { readonly role: Role }) =>
      perform(async ({ parts, output }) => {
        await parts.start(role)
        output.record({ role, stopped: true })
        return 0
      }),
    )
}
