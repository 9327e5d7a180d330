import { randomBytes } from 'node:crypto'
import { ownSigningKey, readConfig } from '../config/index.ts'
import { type Log, openLog } from '../observe/index.ts'
import { createOperations, type Operations } from '../operations/index.ts'
import { verifyKeyOf } from '../recovery/index.ts'
import { openStore, type Store } from './open-store.ts'

/** A running Reagent. */
export interface Running {
  /** Resolves when it cannot go on by itself (its private Redis ended). */
  readonly lost: Promise<void>
  stop(): Promise<void>
}

/** Left to running jobs when the process is asked to stop; container platforms kill after 30 s. */
const STOP_GRACE_MS = 10_000

/** Starts bot, worker or both from the environment. Fails with a `Failure` that says what is missing. */
export async function startReagent(
  env: NodeJS.ProcessEnv,
  role: 'all' | 'bot' | 'worker',
): Promise<Running> {
  const config = readConfig(env, role)
  const log = openLog(config.logLevel)
  const clock = () => new Date()
  const store = await openStore(config, log, false)
  const stops: (() => Promise<void>)[] = []
  try {
    const keys = await keysFor(config)
    // The halves are loaded where they are needed only: a worker never loads Bolt, a bot never the Kubernetes client.
    if (config.rancher) {
      const { openWorker } = await import('./open-worker.ts')
      const worker = openWorker(
        { ...config, rancher: config.rancher },
        store,
        keys.verifyKey,
        log,
        clock,
      )
      const consumer = await worker.start()
      stops.push(async () => {
        await consumer.close(STOP_GRACE_MS)
        worker.close()
      })
    }
    let port: number | null = null
    if (config.slack && keys.signingKey) {
      const { startBot } = await import('./open-bot.ts')
      const operations = operationsOf(store, config.policy, keys.signingKey, clock, log)
      const bot = await startBot({ ...config, slack: config.slack }, store, operations, log, clock)
      port = bot.port
      stops.push(() => bot.stop(STOP_GRACE_MS))
    }
    log.info({ role, port }, 'ready')
  } catch (error) {
    await stopAll(stops, store, log)
    throw error
  }
  return { lost: store.lost, stop: () => stopAll(stops, store, log) }
}

/** The operations of this installation, on a store. */
export function operationsOf(
  store: Store,
  policy: Parameters<typeof createOperations>[0]['policy'],
  signingKey: Parameters<typeof createOperations>[0]['signingKey'],
  clock: () => Date,
  log: Log,
): Operations {
  const { runs, producer } = store
  return createOperations({ runs, producer, policy, signingKey, clock, newRunId, log })
}

/** Both halves of the key where this process may have them; a worker on its own has the public half only. */
export async function keysFor(config: ReturnType<typeof readConfig>) {
  if (config.role === 'worker' && config.verifyKey) {
    return { signingKey: null, verifyKey: config.verifyKey }
  }
  const signingKey = config.signingKey ?? (await ownSigningKey(config.dataDirectory))
  return { signingKey, verifyKey: config.verifyKey ?? verifyKeyOf(signingKey) }
}

/** Short enough to type, long enough not to be guessed: `r-` and eight of 31 letters and digits. */
function newRunId(): string {
  const alphabet = '23456789abcdefghjkmnpqrstuvwxyz'
  return `r-${[...randomBytes(8)].map((byte) => alphabet[byte % alphabet.length]).join('')}`
}

async function stopAll(
  stops: readonly (() => Promise<void>)[],
  store: Store,
  log: Log,
): Promise<void> {
  for (const stop of stops.toReversed()) {
    await stop().catch((error: unknown) => log.error({ error }, 'a part did not stop cleanly'))
  }
  await store.close()
}
