import { generateKeyPairSync } from 'node:crypto'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Redis } from 'ioredis'
import { createRunStore, KEY_PREFIX, startPrivateRedis } from '../../src/store/index.ts'
import { createAnnouncer } from '../announcer.ts'
import { startCluster } from '../cluster/index.ts'
import { startRancher } from '../rancher/index.ts'
import { startSlack } from '../slack/index.ts'
import type { World, WorldOptions } from './contract.ts'
import { configFile, environmentOf } from './reagent-config.ts'
import { type ReagentProcess, startReagentProcess } from './reagent-process.ts'
import { addClusters, connectAgents } from './register-cluster.ts'

export const CLUSTER_NAME = 'myk8s'

/** Fast enough to watch without waiting: Rancher's 18 s until active become 0.9 s. */
const TIME_SCALE = 0.05

/** Those of deploy/slack-manifest.yaml: what works here works with them. */
const SCOPES = ['commands', 'chat:write', 'users:read']

/** Starts a world in which everything is well: the cluster is active in Rancher, its agents are connected, Reagent is not there yet. */
export async function startWorld(options: WorldOptions = {}): Promise<World> {
  const {
    seed = 1,
    timeScale = TIME_SCALE,
    assetsDirectory,
    kubernetesVersion,
    liveTimestamps = false,
  } = options
  const folder = await mkdtemp(join(tmpdir(), 'reagent-lab-'))
  await mkdir(join(folder, 'redis'))
  const otherNames = options.otherClusters ?? []
  const { rancherVersion: version = '2.1.5', distribution = 'imported' } = options
  const [rancher, cluster, otherServers, slack, redisServer] = await Promise.all([
    startRancher({
      seed,
      timeScale,
      version,
      ...(options.serverVersionSetting !== undefined && {
        serverVersionSetting: options.serverVersionSetting,
      }),
    }),
    startCluster({
      name: CLUSTER_NAME,
      seed,
      timeScale,
      distribution,
      ...(options.nodes && { nodes: options.nodes }),
      ...(kubernetesVersion && { kubernetesVersion }),
      ...(assetsDirectory ? { kind: 'real', assetsDirectory } : { kind: 'simulated' }),
    }),
    Promise.all(
      otherNames.map((name, index) => startCluster({ name, seed: seed + 1 + index, timeScale })),
    ),
    startSlack({ seed, liveTimestamps, scopes: SCOPES }),
    startPrivateRedis(join(folder, 'redis'), process.env.PATH ?? ''),
  ])
  const redis = new Redis({ path: redisServer.socketPath })
  const added = addClusters(rancher, [cluster, ...otherServers], options.configuredInRancher)
  const clusters = await Promise.all(added.map((one) => connectAgents(rancher, one)))
  const clusterId = clusters.find((one) => one.cluster === cluster)?.id ?? ''

  const keys = generateKeyPairSync('ed25519')
  const files = {
    config: join(folder, 'reagent.yaml'),
    ca: join(folder, 'rancher-ca.pem'),
  }
  await writeFile(files.config, configFile(slack, clusters, options))
  for (const { name, cluster } of clusters) {
    await writeFile(join(folder, `${name}.kubeconfig.yaml`), cluster.kubeconfig, { mode: 0o600 })
  }
  const env = environmentOf({ rancher, slack, keys, files, folder, socket: redisServer.socketPath })

  const processes = new Map<'all' | 'bot' | 'worker', ReagentProcess>()
  const everyProcess: ReagentProcess[] = []
  const processChange = createAnnouncer<void>()
  const isSplit = options.roles === 'split'
  const workerRole = isSplit ? 'worker' : 'all'

  async function startRole(role: 'all' | 'bot' | 'worker'): Promise<void> {
    const process = await startReagentProcess(role, env[role])
    everyProcess.push(process)
    processes.set(role, process)
    if (process.requestUrl) slack.connectTo(process.requestUrl)
    void process.exited.then(() => {
      if (processes.get(role) === process) processes.delete(role)
      processChange.announce()
    })
    processChange.announce()
  }

  const world: World = {
    rancher,
    cluster,
    clusters,
    slack,
    clusterId,
    runs: createRunStore(redis, KEY_PREFIX),
    env: env.all,
    folder,
    get processes() {
      return [...processes.values()]
    },
    get worker() {
      return processes.get(workerRole) ?? null
    },
    onProcessChange: processChange.subscribe,
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
      await worker.kill(signal)
    },
    trustRancher: () => writeFile(files.ca, rancher.caPem),
    output: () => everyProcess.map((process) => process.output()).join('\n'),
    async close() {
      await Promise.all([...processes.values()].map((process) => process.kill('SIGTERM')))
      redis.disconnect()
      await Promise.all([
        rancher.close(),
        ...clusters.map((one) => one.cluster.close()),
        slack.close(),
        redisServer.stop(),
      ])
      await rm(folder, { recursive: true, force: true })
    },
  }
  return world
}
