import { DelayedError, type Job, Worker } from 'bullmq'
import type { Redis } from 'ioredis'
import type { Handlers, JobOutcome } from './contract.ts'

/** A running consumer of one queue. */
export interface Consumer {
  isRunning(): boolean
  /** Stops taking jobs, gives running ones `graceMs` to end, then leaves them to be picked up by another process. */
  close(graceMs: number): Promise<void>
}

export interface ConsumerOptions {
  readonly redis: Redis
  readonly prefix: string
  readonly queue: string
  readonly concurrency: number
  /** How long a killed process's job stays locked; it is renewed at half this time. */
  readonly lockMs: number
  /** Called for each attempt that ended with an error; the job is retried by the queue. */
  readonly onError: (
    error: unknown,
    job: { readonly name: string; readonly run: string | null },
  ) => void
}

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
    const outcome = await handler(job.data, { signal: stopping.signal })
    if (outcome.kind === 'again') {
      await job.moveToDelayed(Date.now() + outcome.afterMs, token)
      throw new DelayedError()
    }
  }

  const worker = new Worker<never>(options.queue, run, {
    connection: options.redis,
    prefix: options.prefix,
    concurrency: options.concurrency,
    lockDuration: options.lockMs,
    stalledInterval: Math.max(500, options.lockMs / 2),
    // A job that was killed is run again however often that happens: handlers find out what is still missing.
    maxStalledCount: Number.MAX_SAFE_INTEGER,
  })
  worker.on('failed', (job, error) =>
    options.onError(error, { name: job?.name ?? 'unknown', run: runOf(job?.data) }),
  )
  worker.on('error', (error) => options.onError(error, { name: 'consumer', run: null }))

  return {
    isRunning: () => worker.isRunning(),
    async close(graceMs) {
      stopping.abort()
      let timer: NodeJS.Timeout | undefined
      const limit = new Promise<void>((done) => {
        timer = setTimeout(done, graceMs)
      })
      await Promise.race([worker.close(), limit])
      clearTimeout(timer)
      await worker.close(true)
    },
  }
}

function runOf(data: unknown): string | null {
  if (data !== null && typeof data === 'object' && 'run' in data) return String(data.run)
  return null
}
