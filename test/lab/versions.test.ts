import { expect, test } from 'vitest'
import { type Distribution, startCluster } from '../../lab/cluster/index.ts'
import { startRancher } from '../../lab/rancher/index.ts'
import { addClusters, connectAgents } from '../../lab/world/index.ts'

const CLUSTER_AGENT = 'cattle-cluster-agent'
const NODE_AGENTS = ['cattle-agent', 'cattle-agent', 'cattle-agent']
const FLEET_AGENT = 'fleet-agent'

/** Connects a cluster of that kind to a Rancher of that version, and gives which agents it has then. */
async function agentsOf(version: string, distribution: Distribution = 'imported') {
  const timeScale = 0.02
  const [rancher, cluster] = await Promise.all([
    startRancher({ version, timeScale }),
    startCluster({ distribution, timeScale }),
  ])
  try {
    for (const added of addClusters(rancher, [cluster])) {
      await connectAgents(rancher, added)
      expect(rancher.clusterState(added.id)).toBe('active')
    }
    return cluster.agents().map(({ app }) => app)
  } finally {
    await Promise.all([cluster.close(), rancher.close()])
  }
}

test.concurrent.each([
  { version: '2.1.5', agents: [CLUSTER_AGENT, ...NODE_AGENTS] },
  { version: '2.2.13', agents: [CLUSTER_AGENT, ...NODE_AGENTS] },
  { version: '2.3.11', agents: [CLUSTER_AGENT, ...NODE_AGENTS] },
  { version: '2.4.17', agents: [CLUSTER_AGENT, ...NODE_AGENTS] },
  { version: '2.5.5', agents: [CLUSTER_AGENT, FLEET_AGENT] },
  { version: '2.5.16', agents: [CLUSTER_AGENT, FLEET_AGENT] },
  { version: '2.6.14', agents: [CLUSTER_AGENT, FLEET_AGENT] },
  { version: '2.7.15', agents: [CLUSTER_AGENT, FLEET_AGENT] },
  { version: '2.8.9', agents: [CLUSTER_AGENT, FLEET_AGENT] },
  { version: '2.9.9', agents: [CLUSTER_AGENT, FLEET_AGENT] },
  { version: '2.10.5', agents: [CLUSTER_AGENT, FLEET_AGENT] },
  { version: '2.11.5', agents: [CLUSTER_AGENT, FLEET_AGENT] },
  { version: '2.12.0', agents: [CLUSTER_AGENT, FLEET_AGENT] },
  { version: '2.13.1', agents: [CLUSTER_AGENT, FLEET_AGENT] },
  { version: '2.14.1', agents: [CLUSTER_AGENT, FLEET_AGENT] },
])(
  'a cluster of Rancher $version becomes active with the agents that it has there',
  async ({ version, agents }) => {
    expect(await agentsOf(version)).toEqual(agents)
  },
)

test.concurrent.each([
  { version: '2.4.17', distribution: 'rke1', agents: [CLUSTER_AGENT, ...NODE_AGENTS] },
  { version: '2.11.5', distribution: 'rke1', agents: [CLUSTER_AGENT, ...NODE_AGENTS, FLEET_AGENT] },
  { version: '2.12.0', distribution: 'rke2', agents: [CLUSTER_AGENT, FLEET_AGENT] },
  { version: '2.14.1', distribution: 'k3s', agents: [CLUSTER_AGENT, FLEET_AGENT] },
  { version: '2.5.16', distribution: 'hosted', agents: [CLUSTER_AGENT, FLEET_AGENT] },
] as const)(
  'a cluster of kind $distribution becomes active on Rancher $version',
  async ({ version, distribution, agents }) => {
    expect(await agentsOf(version, distribution)).toEqual(agents)
  },
)
