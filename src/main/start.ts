import { randomBytes } from 'node:crypto'
import packageJson from '../../package.json' with { type: 'json' }
import { ownSigningKey, readConfig } from '../config/index.ts'
import { type Log, openLog, openObservation, type PartState } from '../observe/index.ts'
import { createOperations, type Operations } from '../operations/index.ts'
import type { Consumer } from '../queue/index.ts'
import { verifyKeyOf } from '../recovery/index.ts'
import { openStore, type Store } from './open-store.ts'
import { readFigures } from './read-figures.ts'
import { watchRuns } from './watch-runs.ts'

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
  const observation = await openObservation({
    listen: config.observe,
    version: packageJson.version,
    role,
    log,
  })
  const { meter, readiness } = observation
  const stops: Stop[] = [() => observation.close()]
  try {
    const opened = await openStore(config, log, false)
    stops.push(() => opened.close())
    const store = { ...opened, runs: watchRuns(opened.runs, log, meter) }
    observation.lookUp(() => readFigures(store, clock()))
    readiness.add('redis', async () => {
      await store.redis.ping()
      return { ok: true, detail: 'answers' }
    })
    const keys = await keysFor(config)
    // The halves are loaded where they are needed only: a worker never loads Bolt, a bot never the Kubernetes client.
    if (config.rancher) {
      const { openWorker } = await import('./open-worker.ts')
      const parts = { ...config, rancher: config.rancher, signingKey: keys.signingKey }
      const worker = openWorker(parts, store, keys.verifyKey, log, clock, meter)
      const consumer = await worker.start()
      readiness.add('work', () => stateOf(consumer))
      stops.push(async () => {
        await consumer.close(STOP_GRACE_MS)
        worker.close()
      })
    }
    let port: number | null = null
    if (config.slack && keys.signingKey) {
      const { startBot } = await import('./open-bot.ts')
      const operations = operationsOf(store, config.policy, keys.signingKey, clock, log)
      const parts = { ...config, slack: config.slack }
      const bot = await startBot(parts, store, operations, log, meter, clock)
      port = bot.port
      readiness.add('chat', () => stateOf(bot.consumer))
      readiness.add('slack', () => bot.slackState())
      stops.push(() => bot.stop(STOP_GRACE_MS))
    }
    readiness.become('running')
    log.info({ role, port, observe: observation.address }, 'ready')
    return {
      lost: opened.lost,
      async stop() {
        readiness.become('stopping')
        log.info({ role }, 'stopping')
        await stopAll(stops, log)
      },
    }
  } catch (error) {
    await stopAll(stops, log)
    throw error
  }
}

/** Whether jobs of a queue are taken. */
function stateOf(consumer: Consumer): PartState {
  const ok = consumer.isRunning()
  return { ok, detail: ok ? 'takes jobs' : 'takes no jobs' }
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

type Stop = () => Promise<void>

/** What was begun last is stopped first. */
async function stopAll(stops: readonly Stop[], log: Log): Promise<void> {
  for (const stop of stops.toReversed()) {
    await stop().catch((error: unknown) => log.error({ error }, 'a part did not stop cleanly'))
  }
}
