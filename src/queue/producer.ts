import { Queue } from 'bullmq'
import type { Redis } from 'ioredis'
import { Failure, isOver, nextStepOf, type Run } from '../recovery/index.ts'
import type { AboutRun, ChatJobs, WorkJobs } from './contract.ts'
import { type QueueState, readQueueState } from './queue-state.ts'

/** Names of the two queues: one is read by workers, the other by bots. */
export const WORK_QUEUE = 'work'
export const CHAT_QUEUE = 'chat'

/** Puts jobs on the queues. Every call fails with `store.unavailable` when Redis does not take it at once. */
export interface Producer {
  /** Queues what carries the run on, and the redrawing of its card. Queueing what is queued already changes nothing. */
  carryOn(run: Run, nowMs: number): Promise<void>
  /** Queues the first job of a run, while its request is being taken down. */
  begin(run: NamedRun): Promise<void>
  redraw(run: NamedRun): Promise<void>
  look(data: WorkJobs['look']): Promise<void>
  answer(data: ChatJobs['answer']): Promise<void>
  sweepEvery(everyMs: number): Promise<void>
  catchUpEvery(everyMs: number): Promise<void>
  /** What stands on both queues. */
  queues(nowMs: number): Promise<readonly QueueState[]>
  close(): Promise<void>
}

type NamedRun = Pick<Run, 'id' | 'cluster'>

// A failed job is not kept: runs keep what happened, the log keeps why, and a kept job would hold back its successor.
const KEEP_NOTHING = { removeOnComplete: true, removeOnFail: true } as const

// Unexpected errors only (Redis gone, a bug): expected failures end the run and the job together.
const RETRY = { attempts: 8, backoff: { type: 'exponential', delay: 500 } } as const

/** Opens the producing ends of both queues on a connection that stays the caller's. */
export function createProducer(redis: Redis, prefix: string): Producer {
  const options = {
    connection: redis,
    prefix,
    skipWaitingForReady: true,
    defaultJobOptions: { ...KEEP_NOTHING, ...RETRY },
  }
  const work = new Queue(WORK_QUEUE, options)
  const chat = new Queue(CHAT_QUEUE, options)
  // Connection errors are reported by whoever owns the connection.
  for (const queue of [work, chat]) queue.on('error', () => undefined)

  async function addWork<Name extends keyof WorkJobs>(
    name: Name,
    data: WorkJobs[Name],
    id: string,
    delayMs = 0,
  ): Promise<void> {
    await taken(
      work.add(name, data, {
        delay: Math.max(0, delayMs),
        deduplication: { id: `${name}-${id}`, keepLastIfActive: true },
      }),
    )
  }

  async function redraw(run: NamedRun): Promise<void> {
    const data: ChatJobs['announce'] = about(run)
    await taken(
      chat.add('announce', data, {
        deduplication: { id: `announce-${run.id}`, keepLastIfActive: true },
      }),
    )
  }

  return {
    redraw,
    begin: (run) => addWork('diagnose', about(run), run.id),
    async carryOn(run, nowMs) {
      const step = nextStepOf(run)
      const jobs = [redraw(run)]
      if (step?.job === 'expire') {
        const { digest, at } = step
        const id = `${run.id}-${digest.slice(0, 16)}`
        jobs.push(
          addWork('expire', { ...about(run), digest }, id, Date.parse(at) - nowMs),
          addWork('recheck', { ...about(run), digest }, id),
        )
      } else if (step && !isOver(run)) {
        jobs.push(addWork(step.job, about(run), run.id))
      }
      await Promise.all(jobs)
    },
    async look(data) {
      await taken(work.add('look', data))
    },
    async answer(data) {
      await taken(chat.add('answer', data))
    },
    async sweepEvery(everyMs) {
      await taken(work.upsertJobScheduler('sweep', { every: everyMs }, { name: 'sweep', data: {} }))
    },
    async catchUpEvery(everyMs) {
      const job = { name: 'catch-up', data: {} }
      await taken(chat.upsertJobScheduler('catch-up', { every: everyMs }, job))
    },
    async queues(nowMs) {
      return taken(Promise.all([work, chat].map((queue) => readQueueState(queue, nowMs))))
    },
    async close() {
      await Promise.all([work.close(), chat.close()])
    },
  }
}

function about({ id, cluster }: NamedRun): AboutRun {
  return { run: id, cluster }
}

async function taken<T>(added: Promise<T>): Promise<T> {
  try {
    return await added
  } catch (error) {
    throw new Failure('store.unavailable', {}, { cause: error })
  }
}
