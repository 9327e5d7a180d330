import { type CheckLine, checkEverything } from '../checks/index.ts'
import { readConfig } from '../config/index.ts'
import { openLog } from '../observe/index.ts'
import { testToken } from '../slack/index.ts'
import { openStore } from './open-store.ts'
import { openWorker } from './open-worker.ts'
import { keysFor } from './start.ts'

/** Tests the configuration of this environment against the real services; Slack only where a bot token is set. */
export async function* checkAll(
  env: NodeJS.ProcessEnv,
  signal: AbortSignal,
): AsyncGenerator<CheckLine> {
  const hasSlack = env.SLACK_BOT_TOKEN !== undefined || env.SLACK_BOT_TOKEN_FILE !== undefined
  const config = readConfig(env, hasSlack ? 'all' : 'terminal')
  const log = openLog('silent')
  const store = await openStore(config, log, true)
  const { verifyKey } = await keysFor(config)
  const { rancher, slack } = config
  const worker = rancher
    ? openWorker({ ...config, rancher }, store, verifyKey, log, () => new Date())
    : null
  try {
    yield* checkEverything(
      {
        redis: async () => ({ version: await redisVersion(store.redis) }),
        rancher: worker?.parts.rancher ?? null,
        clusters: new Map(
          [...config.clusters.keys()].map((name) => [
            name,
            async () => {
              if (!worker) throw new Error('no worker')
              return worker.parts.openCluster(name)
            },
          ]),
        ),
        slack: slack ? () => testToken(slack) : null,
        expectedTeamId: slack?.teamId ?? null,
        policy: config.policy,
      },
      signal,
    )
  } finally {
    worker?.close()
    await store.close()
  }
}

async function redisVersion(redis: { info(section: string): Promise<string> }): Promise<string> {
  return /^(?:redis|valkey)_version:(\S+)/m.exec(await redis.info('server'))?.[1] ?? 'unknown'
}
