import {
  type CheckLine,
  type CheckParts,
  checkEverything,
  configurationProblems,
} from '../checks/index.ts'
import { type Cluster, openCluster } from '../cluster/index.ts'
import { type Config, type Role, readConfig, roleOf, signingKeyFile } from '../config/index.ts'
import { Failure } from '../recovery/index.ts'
import { inspectSlack } from '../slack/index.ts'
import {
  addressIn,
  findRedisServer,
  inspectRedis,
  KEY_PREFIX,
  type RedisAddress,
  runningSocket,
} from '../store/index.ts'
import { joinWays, openRancherWays } from './open-rancher.ts'

/**
 * Tests the configuration of this environment against the real services. A configuration that cannot be used gives a line for each
 * problem, and nothing else is tested.
 *
 * @param asked the role to test, null for the one that the environment is for; and the only cluster to test, null for all
 */
export async function* checkAll(
  env: NodeJS.ProcessEnv,
  asked: { readonly role: Role | null; readonly cluster: string | null },
  signal: AbortSignal,
): AsyncGenerator<CheckLine> {
  const config = readOrExplain(env, asked.role ?? roleOf(env))
  if (Array.isArray(config)) {
    yield* configurationProblems(config)
    return
  }
  const clock = () => new Date()
  const ways = config.rancher && openRancherWays(config.rancher)
  const rancher = ways && joinWays(ways)
  const clusters = config.rancher
    ? openOnDemand(config)
    : { byName: new Map(), close: () => undefined }
  try {
    const parts: CheckParts = {
      configuration: config.file ?? 'the environment (there is no reagent.yaml)',
      role: config.role,
      data: dataOf(config),
      redis: await redisOf(config),
      rancher,
      rancherWays: ways ?? [],
      clusters: clusters.byName,
      slack: config.slack && {
        inspection: inspectSlack({ ...config.slack, clock }),
        connection: config.slack.connection,
        teamId: config.slack.teamId,
      },
      policy: config.policy,
      clock,
    }
    yield* checkEverything(parts, asked.cluster, signal)
  } finally {
    clusters.close()
    rancher?.close()
  }
}

/** The configuration, or its problems, one a line. */
function readOrExplain(env: NodeJS.ProcessEnv, role: Role): Config | string[] {
  try {
    return readConfig(env, role)
  } catch (error) {
    if (!(error instanceof Failure) || error.code !== 'config.invalid') throw error
    return (error.facts.problems ?? '').split('\n').map((line) => line.replace(/^- /, ''))
  }
}

function dataOf({
  dataDirectory,
  redisUrl,
  role,
  signingKey,
  verifyKey,
}: Config): CheckParts['data'] {
  const isKeyGiven = signingKey !== null || (role === 'worker' && verifyKey !== null)
  return {
    directory: dataDirectory,
    isUsed: redisUrl === null || !isKeyGiven,
    signingKeyFile: isKeyGiven ? null : signingKeyFile(dataDirectory),
  }
}

/** `REDIS_URL`, or the private Redis of a Reagent that runs; else only its program can be looked for. */
async function redisOf({ redisUrl, dataDirectory, path }: Config): Promise<CheckParts['redis']> {
  const running = redisUrl === null ? await runningSocket(dataDirectory) : null
  const address: RedisAddress | null =
    redisUrl !== null
      ? addressIn(redisUrl)
      : running === null
        ? null
        : { kind: 'socket', path: running }
  return address
    ? { kind: 'running', inspect: (signal) => inspectRedis(address, KEY_PREFIX, signal) }
    : { kind: 'private', findProgram: () => findRedisServer(path) }
}

function openOnDemand(config: Config) {
  const opened: Cluster[] = []
  const byName = [...config.clusters].map(([name, { kubeconfig, timeoutMs }]) => {
    const open = async () => {
      const source = { kind: 'file', path: kubeconfig } as const
      // Nothing secret is compared here, so any key will do.
      const cluster = await openCluster({ source, timeoutMs, fingerprintKey: new Uint8Array(32) })
      opened.push(cluster)
      return cluster
    }
    return [name, open] as const
  })
  return {
    byName: new Map(byName),
    close() {
      for (const cluster of opened) cluster.close()
    },
  }
}
