import {
  type CheckLine,
  type CheckParts,
  checkEverything,
  configurationProblems,
} from '../checks/index.ts'
import type { Cluster } from '../cluster/index.ts'
import { type Config, type Role, readConfig, roleOf, signingKeyFile } from '../config/index.ts'
import { silentMeter } from '../observe/index.ts'
import { createRancher, type Rancher } from '../rancher/index.ts'
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
import { keepClusters } from './keep-clusters.ts'

/** Of all sources of a cluster together; less than a check may take. */
const TRY_LIMIT_MS = 12_000

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
  const rancher = config.rancher && createRancher(config.rancher)
  const clusters = openOnDemand(config, rancher, asked.cluster, clock)
  try {
    const parts: CheckParts = {
      configuration: config.file ?? 'the environment (there is no reagent.yaml)',
      role: config.role,
      data: dataOf(config),
      redis: await redisOf(config),
      rancher,
      clusters: clusters.byName,
      hasDefaultCredentials: config.otherClusters('any') !== null,
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

/** The clusters that are configured, and the one that is asked about where the sources for all clusters lead to it. */
function openOnDemand(
  config: Config,
  rancher: Rancher | null,
  asked: string | null,
  clock: () => Date,
): { readonly byName: ReadonlyMap<string, () => Promise<Cluster>>; close(): void } {
  if (!config.rancher || !rancher) return { byName: new Map(), close: () => undefined }
  const clusters = keepClusters({
    config: { ...config, probeLimitMs: TRY_LIMIT_MS },
    rancherConfig: config.rancher,
    rancher,
    // Nothing secret is compared here, so any key will do.
    fingerprintKey: new Uint8Array(32),
    meter: silentMeter,
    clock,
    tryAll: true,
  })
  const isOther = asked !== null && config.otherClusters(asked) !== null
  const names = new Set([...config.clusters.keys(), ...(isOther ? [asked] : [])])
  return {
    byName: new Map([...names].map((name) => [name, () => clusters.open(name)])),
    close: clusters.close,
  }
}
