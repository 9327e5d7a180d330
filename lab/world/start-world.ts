import { generateKeyPairSync } from 'node:crypto'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Redis } from 'ioredis'
import { createRunStore, KEY_PREFIX, startPrivateRedis } from '../../src/store/index.ts'
import { startCluster } from '../cluster/index.ts'
import { startRancher } from '../rancher/index.ts'
import { startSlack } from '../slack/index.ts'
import type { World, WorldOptions } from './contract.ts'
import { installAgents } from './install-agents.ts'
import { configFile, environmentOf } from './reagent-config.ts'
import { type ReagentProcess, startReagentProcess } from './reagent-process.ts'
import { until } from './until.ts'

export const CLUSTER_NAME = 'myk8s'

/** Fast enough to watch without waiting: Rancher's 18 s until active become 0.9 s. */
const TIME_SCALE = 0.05

/** Starts a world in which everything is well: the cluster is active in Rancher, its agents are connected, Reagent is not there yet. */
export async function startWorld(options: WorldOptions = {}): Promise<World> {
  const { seed = 1, timeScale = TIME_SCALE, assetsDirectory, liveTimestamps = false } = options
  const folder = await mkdtemp(join(tmpdir(), 'reagent-lab-'))
  await mkdir(join(folder, 'redis'))
  const [rancher, cluster, slack, redisServer] = await Promise.all([
    startRancher({ seed, timeScale }),
    startCluster({
      name: CLUSTER_NAME,
      seed,
      timeScale,
      ...(assetsDirectory ? { kind: 'real', assetsDirectory } : { kind: 'simulated' }),
    }),
    startSlack({ seed, liveTimestamps }),
    startPrivateRedis(join(folder, 'redis'), process.env.PATH ?? ''),
  ])
  const redis = new Redis({ path: redisServer.socketPath })
  const { id: clusterId, registrationToken } = rancher.addCluster({
    name: CLUSTER_NAME,
    apiEndpoint: cluster.server,
    apiServerCaPem: cluster.caPem,
    kubernetesVersion: cluster.kubernetesVersion,
  })
  await installAgents(rancher, cluster, registrationToken)
  // The state is Rancher's word on the cluster agent alone; a story begins when the agents of the nodes are there too.
  await until(
    'the agents to connect',
    () =>
      rancher.clusterState(clusterId) === 'active' &&
      rancher.sessions(clusterId).length > cluster.nodes.length,
  )

  const keys = generateKeyPairSync('ed25519')
  const files = {
    config: join(folder, 'reagent.yaml'),
    ca: join(folder, 'rancher-ca.pem'),
    kubeconfig: join(folder, 'kubeconfig.yaml'),
  }
  await writeFile(files.config, configFile(slack, options))
  await writeFile(files.kubeconfig, cluster.kubeconfig, { mode: 0o600 })
  const env = environmentOf({ rancher, slack, keys, files, folder, socket: redisServer.socketPath })

  const processes = new Map<'all' | 'bot' | 'worker', ReagentProcess>()
  const gone: ReagentProcess[] = []
  const isSplit = options.roles === 'split'
  const workerRole = isSplit ? 'worker' : 'all'

  async function startRole(role: 'all' | 'bot' | 'worker'): Promise<void> {
    const process = await startReagentProcess(role, env[role])
    processes.set(role, process)
    if (process.requestUrl) slack.connectTo(process.requestUrl)
  }

  const world: World = {
    rancher,
    cluster,
    slack,
    clusterId,
    runs: createRunStore(redis, KEY_PREFIX),
    env: env.all,
    folder,
    get processes() {
      return [...processes.values()]
    },
    async startReagent() {
      await world.trustRancher()
      await Promise.all(
        (isSplit ? (['bot', 'worker'] as const) : (['all'] as const)).map(startRole),
      )
    },
    startWorker: () => startRole(workerRole),
    async endWorker(signal) {
      const worker = processes.get(workerRole)
      if (!worker) return
      processes.delete(workerRole)
      gone.push(worker)
      await worker.kill(signal)
    },
    trustRancher: () => writeFile(files.ca, rancher.caPem),
    output: () => [...gone, ...processes.values()].map((process) => process.output()).join('\n'),
    async close() {
      await Promise.all([...processes.values()].map((process) => process.kill('SIGTERM')))
      redis.disconnect()
      await Promise.all([rancher.close(), cluster.close(), slack.close(), redisServer.stop()])
      await rm(folder, { recursive: true, force: true })
    },
  }
  return world
}
