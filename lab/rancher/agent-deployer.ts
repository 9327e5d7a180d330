import type { Quirks } from '../rancher-quirks.ts'
import { agentFeaturesOf } from './agent-features.ts'
import { agentManifest, priorityClass } from './agent-manifest.ts'
import type { Cluster } from './cluster-record.ts'
import type { ClusterHands } from './contract.ts'
import { fleetAgent } from './fleet-agent.ts'
import type { Inventory } from './inventory.ts'
import { sourcesForPush } from './manifest-sources.ts'
import type { ServerLog } from './server-log.ts'
import type { Settings } from './settings.ts'

/** Pushes Rancher's own manifest through the tunnel when there is a reason to (`pkg/controllers/managementuser/clusterdeploy`). */
export interface AgentDeployer {
  use(hands: ClusterHands): void
  /** Looks whether that cluster's agents are to be deployed; called after anything has changed. */
  look(cluster: Cluster): void
  stop(): void
}

const FORCE_DEPLOY = 'io.cattle.agent.force.deploy'

/** Between the first tunnel and the push: `1-first-connect-import-manifest.jsonl`; a forced push came within 2 s. */
const FIRST_PUSH_AFTER_SECONDS = 3.3
const FORCED_PUSH_AFTER_SECONDS = 1
const RETRY_AFTER_SECONDS = 10
const COMPLAIN_EVERY_SECONDS = 20

export function createAgentDeployer(options: {
  readonly quirks: Quirks
  readonly inventory: Inventory
  readonly settings: Settings
  readonly log: ServerLog
  readonly timeScale: number
  readonly now: () => Date
  readonly hasTunnel: (clusterId: string) => boolean
}): AgentDeployer {
  const { quirks, inventory, settings, log } = options
  const waiting = new Map<string, NodeJS.Timeout>()
  let hands: ClusterHands | null = null
  let isStopped = false

  const isForced = ({ annotations }: Cluster) =>
    quirks.has('forceDeploy') && annotations[FORCE_DEPLOY] === 'true'
  const isWanted = (cluster: Cluster) =>
    cluster.deployed?.agentImage !== settings.value('agent-image') || isForced(cluster)
  const later = (cluster: Cluster, seconds: number, what: () => void) => {
    if (isStopped) return
    const timer = setTimeout(
      () => {
        waiting.delete(cluster.id)
        what()
      },
      seconds * 1000 * options.timeScale,
    )
    waiting.set(cluster.id, timer)
  }

  const look = (cluster: Cluster) => {
    if (waiting.has(cluster.id) || isStopped) return
    if (!options.hasTunnel(cluster.id)) {
      if (cluster.deployed !== null) complainWhileLost(cluster)
      return
    }
    if (hands === null || cluster.nodes.length === 0 || !isWanted(cluster)) return
    const isFirst = cluster.deployed === null
    later(cluster, isFirst ? FIRST_PUSH_AFTER_SECONDS : FORCED_PUSH_AFTER_SECONDS, () => {
      void push(cluster)
    })
  }
  const complainWhileLost = (cluster: Cluster) => {
    if (!quirks.has('connectedDrivesReady')) return
    later(cluster, COMPLAIN_EVERY_SECONDS, () => {
      if (!options.hasTunnel(cluster.id)) {
        log.error(
          `error syncing '${cluster.id}': handler cluster-deploy: cannot connect to the cluster's Kubernetes API, requeuing`,
        )
      }
      look(cluster)
    })
  }
  const push = async (cluster: Cluster) => {
    if (hands === null || !options.hasTunnel(cluster.id)) return look(cluster)
    const { token } =
      inventory.registrations.find(
        ({ clusterId, name }) => clusterId === cluster.id && name === 'system',
      ) ?? inventory.register(cluster.id, { name: 'system' })
    const sources = sourcesForPush(quirks, settings, { cluster, token })
    const isObsolete = quirks.has('nodeAgentOnRkeOnly') && quirks.has('nodeAgent') && !sources.isRke
    try {
      const objects = [...priorityClass(sources), ...agentManifest(sources)]
      await hands(cluster.id, objects, isObsolete ? [NODE_AGENT] : [])
      const isFirst = cluster.deployed === null
      const { agentImage } = sources
      cluster.deployed = { at: options.now(), agentImage, features: agentFeaturesOf(quirks) }
      if (isForced(cluster)) {
        cluster.annotations = { ...cluster.annotations, [FORCE_DEPLOY]: 'false' }
      }
      cluster.status.agentDeployed(null)
      if (isFirst && quirks.has('fleetAgent')) await hands(cluster.id, fleetAgent(settings), [])
      look(cluster)
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error)
      const message = `Error while applying agent YAML, it will be retried automatically: ${why}`
      cluster.status.agentDeployed(message)
      log.error(`error syncing '${cluster.id}': handler cluster-deploy: ${message}, requeuing`)
      later(cluster, RETRY_AFTER_SECONDS, () => look(cluster))
    }
  }
  return {
    use(given) {
      hands = given
      for (const cluster of inventory.clusters) look(cluster)
    },
    look,
    stop() {
      isStopped = true
      for (const timer of waiting.values()) clearTimeout(timer)
      waiting.clear()
    },
  }
}

const NODE_AGENT = {
  apiVersion: 'apps/v1',
  kind: 'DaemonSet',
  namespace: 'cattle-system',
  name: 'cattle-node-agent',
}
