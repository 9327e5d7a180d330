import {
  clusterRights,
  clusterRoleManifests,
  features,
  fleetRights,
  rancherRights,
  rancherRoleManifest,
} from '../../checks/index.ts'
import type { AddCommand, Context } from '../context.ts'
import type { ExitCode } from '../exit-code.ts'

interface RbacOptions {
  readonly install?: boolean
  readonly fleet?: boolean
  readonly rancher?: boolean
}

const HELP = `
Examples:
  $ reagent rbac | kubectl apply -f -             in the cluster that is to be recovered
  $ reagent rbac --rancher | kubectl apply -f -   in the cluster that Rancher runs on`

export const addRbac: AddCommand = (program, perform) => {
  program
    .command('rbac')
    .description('write the least rights that Reagent needs, as YAML, each with its reason')
    .option('--install', 'also what it takes to install agents of which nothing is left')
    .option('--fleet', 'also what shows whether Fleet’s agent is well (Rancher 2.5 and later)')
    .option('--rancher', 'the rights of RANCHER_TOKEN in place of those in a cluster')
    .addHelpText('after', HELP)
    .action((options: RbacOptions) => perform(async (context) => printRights(context, options)))
}

async function printRights({ output }: Context, options: RbacOptions): Promise<ExitCode> {
  if (options.rancher === true) {
    output.record({ rights: rancherRights })
    if (!output.json) output.content(rancherRoleManifest())
    return 0
  }
  const install = options.install === true
  const all = options.fleet === true ? [...clusterRights, ...fleetRights] : clusterRights
  const rights = all.filter(({ feature }) => install || feature !== 'install')
  output.record({ rights: rights.map((right) => ({ ...right, for: features[right.feature] })) })
  if (!output.json) output.content(clusterRoleManifests({ install }, rights))
  return 0
}
