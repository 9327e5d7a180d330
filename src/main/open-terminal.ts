import { answerTo } from '../../jobs/look.ts'
import type { Terminal } from '../cli/index.ts'
import { readConfig } from '../config/index.ts'
import { openLog } from '../observe/index.ts'
import { agentManifest } from '../planning/index.ts'
import { Failure } from '../recovery/index.ts'
import { followRun, KEY_PREFIX } from '../store/index.ts'
import { accountName } from './account-name.ts'
import { openStore } from './open-store.ts'
import { openWorker } from './open-worker.ts'
import { keysFor, operationsOf } from './start.ts'

const STOP_GRACE_MS = 5_000

/**
 * Reagent for one command at a terminal: joins the Redis of a running service or starts its own, and works as one more worker, so that it
 * also recovers a cluster when neither Slack nor the service is there.
 */
export async function openTerminal(env: NodeJS.ProcessEnv): Promise<Terminal> {
  const config = readConfig(env, 'terminal')
  const { rancher } = config
  if (!rancher) throw new Failure('config.invalid', { problems: '- RANCHER_URL: is required' })
  const log = openLog(env.LOG_LEVEL === undefined ? 'silent' : config.logLevel)
  const clock = () => new Date()
  const store = await openStore(config, log, true)
  const { signingKey, verifyKey } = await keysFor(config)
  if (!signingKey)
    throw new Failure('config.invalid', { problems: '- REAGENT_SIGNING_KEY: is required' })
  const worker = openWorker({ ...config, rancher }, store, verifyKey, log, clock)
  const consumer = await worker.start()
  return {
    person: { teamId: 'local', userId: accountName() },
    operations: operationsOf(store, config.policy, signingKey, clock, log),
    follow: (runId, signal) => followRun(store.redis, KEY_PREFIX, store.runs, runId, signal),
    ask: (question, signal) => answerTo(worker.parts, question, signal),
    async manifest(cluster, signal) {
      const rancherCluster = await worker.parts.rancher.findCluster(cluster, signal)
      const { text } = await agentManifest({
        rancher: worker.parts.rancher,
        rancherCluster,
        signal,
      })
      return text
    },
    async kubeconfig(name) {
      // Opening it shows that it can be used, and says why when it cannot.
      const cluster = await worker.parts.openCluster(name)
      const text = cluster.kubeconfig()
      if (text.includes(rancher.token.reveal())) {
        throw new Failure('cluster.not-handed-out', { cluster: name })
      }
      return { text, source: cluster.source }
    },
    async close() {
      await consumer.close(STOP_GRACE_MS)
      worker.close()
      await store.close()
    },
  }
}
