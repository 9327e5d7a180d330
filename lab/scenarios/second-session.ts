import { importedObjects } from '../world/index.ts'
import type { Scenario } from './contract.ts'
import { recover } from './recovering.ts'
import type { Story } from './story.ts'

const on212 = { rancherVersion: '2.12.0' } as const

/** Rancher's page offers this command, and over a cluster that it knows it does harm: CATTLE_FEATURES is gone, and nothing says so. */
async function applyByKubectl({ world, notes, clusterIsLost }: Story): Promise<void> {
  notes('somebody applies the manifest that Rancher’s page offers, with kubectl')
  const { rancher, cluster, clusterId } = world
  const token = rancher.issueRegistration(clusterId, { name: 'crt-by-hand' })
  await cluster.applyAsKubectl(await importedObjects(rancher, { token, clusterId }))
  await clusterIsLost()
}

/** From Rancher 2.6 on: the tunnel is up, and yet the cluster is not connected. */
export const secondSession: readonly Scenario[] = [
  {
    name: 'kubectl-applied',
    title:
      'somebody applied Rancher 2.12’s manifest with kubectl: the tunnel is up, nothing is in the log, and one apply brings it back',
    world: on212,
    ends: { outcome: 'recovered', cause: 'agent-features-missing', writes: 1 },
    async play(story) {
      await applyByKubectl(story)
      await recover(story)
      if (pushes(story) > 0)
        throw new Error('Rancher was asked to push although it says the features')
    },
  },
  {
    name: 'features-unknown',
    title:
      'the same, and Rancher does not say which features the agents need: it is asked to push its own manifest',
    world: { ...on212, configuredInRancher: { hidesAgentFeatures: true } },
    ends: { outcome: 'recovered', cause: 'agent-features-missing' },
    async play(story) {
      await applyByKubectl(story)
      await recover(story)
      if (pushes(story) !== 1) throw new Error(`Rancher was asked ${pushes(story)} times to push`)
    },
  },
]

function pushes({ world }: Story): number {
  return world.rancher.requests.filter(({ method }) => method === 'PUT').length
}
