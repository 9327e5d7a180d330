import { setTimeout as wait } from 'node:timers/promises'
import { DelayedError, type Job, Worker } from 'bullmq'
import type { Redis } from 'ioredis'
import { withLogFields } from '../observe/index.ts'
import type { AboutRun, Handlers, JobOutcome } from './contract.ts'

/** A running consumer of one queue. */
export interface Consumer {
  isRunning(): boolean
  /** Stops taking jobs, gives running ones `graceMs` to end, then leaves them to be picked up by another process. */
  close(graceMs: number): Promise<void>
}

/** One attempt at a job that has ended; `again` asked to be run once more later. */
export interface Attempt {
  readonly job: string
  readonly outcome: 'done' | 'again' | 'failed'
  readonly seconds: number
}

export interface ConsumerOptions {
  readonly redis: Redis
  readonly prefix: string
  readonly queue: string
  readonly concurrency: number
  /** Jobs that all consumers of this queue together start in a second. Default: no limit. */
  readonly mostPerSecond?: number
  /** How long a killed process's job stays locked; it is renewed at half this time. */
  readonly lockMs: number
  /** Called for each attempt that ended with an error; the job is retried by the queue. */
  readonly onError: (error: unknown, job: { readonly name: string } & Partial<AboutRun>) => void
  /** Called after each attempt, failed ones included. Default: nobody is told. */
  readonly onAttempt?: (attempt: Attempt) => void
}

const ABORT_LIMIT_MS = 1_000
const CLOSE_LIMIT_MS = 2_000

/** Runs the handlers of one queue, several at a time, each job name by the handler of that name. */
export function startConsumer<Jobs>(handlers: Handlers<Jobs>, options: ConsumerOptions): Consumer {
  const stopping = new AbortController()
  const byName = new Map<
    string,
    (data: never, context: { signal: AbortSignal }) => Promise<JobOutcome>
  >(Object.entries(handlers))

  async function run(job: Job<never>, token?: string): Promise<void> {
    const handler = byName.get(job.name)
    if (!handler) throw new Error(`no handler for job "${job.name}"`)
    const startedAt = performance.now()
    let ended: Attempt['outcome'] = 'failed'
    try {
      const outcome = await handler(job.data, { signal: stopping.signal })
      if (outcome.kind === 'again') {
        await job.moveToDelayed(Date.now() + outcome.afterMs, token)
        ended = 'again'
        throw new DelayedError()
      }
      ended = 'done'
    } finally {
      const seconds = (performance.now() - startedAt) / 1_000
      options.onAttempt?.({ job: job.name, outcome: ended, seconds })
    }
  }

  /** Tells what still runs to stop, so that it goes back to the queue rather than being found stalled. */
  function abortRunning(): Promise<boolean> {
    stopping.abort()
    return endWithin(active, ABORT_LIMIT_MS)
  }

  const active = new Set<Promise<void>>()
  function track(job: Job<never>, token?: string): Promise<void> {
    const fields = { job: job.name, ...aboutOf(job.data) }
    const running = withLogFields(fields, () => run(job, token)).finally(() =>
      active.delete(running),
    )
    active.add(running)
    return running
  }

  const worker = new Worker<never>(options.queue, track, {
    connection: options.redis,
    prefix: options.prefix,
    concurrency: options.concurrency,
    ...(options.mostPerSecond && { limiter: { max: options.mostPerSecond, duration: 1_000 } }),
    lockDuration: options.lockMs,
    stalledInterval: Math.max(500, options.lockMs / 2),
    // A job that was killed is run again however often that happens: handlers find out what is still missing.
    maxStalledCount: Number.MAX_SAFE_INTEGER,
  })
  worker.on('failed', (job, error) =>
    options.onError(error, { name: job?.name ?? 'unknown', ...aboutOf(job?.data) }),
  )
  let isClosed = false
  worker.on('error', (error) => {
    // What BullMQ still asks Redis for is cut off when the owner takes the connection away; the queue has lost nothing by that.
    if (!isClosed) options.onError(error, { name: 'consumer' })
  })

  return {
    isRunning: () => worker.isRunning(),
    async close(graceMs) {
      // Once asked to close and wait, BullMQ cannot be asked to stop waiting any more, so the waiting is done here.
      await worker.pause(true)
      const ended = (await endWithin(active, graceMs)) || (await abortRunning())
      // Without Redis nothing can be written down any more, and BullMQ would wait for it without an end.
      const hasRedis = options.redis.status === 'ready'
      await endWithin(new Set([worker.close(!ended || !hasRedis)]), CLOSE_LIMIT_MS)
      isClosed = true
    },
  }
}

/** Whether all of these ended within the limit. */
async function endWithin(jobs: ReadonlySet<Promise<void>>, limitMs: number): Promise<boolean> {
  const limit = new AbortController()
  const late = wait(limitMs, false, { signal: limit.signal, ref: false }).catch(() => false)
  const ended = Promise.allSettled(jobs).then(() => true)
  const result = await Promise.race([ended, late])
  limit.abort()
  return result
}

/** The run that a job is about, for the log. */
function aboutOf(data: unknown): Partial<AboutRun> {
  if (data === null || typeof data !== 'object' || !('run' in data)) return {}
  return { run: String(data.run), ...('cluster' in data && { cluster: String(data.cluster) }) }
}
