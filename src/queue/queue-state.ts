import type { Queue } from 'bullmq'

/** How much work a queue holds. */
export interface QueueState {
  readonly queue: string
  readonly jobs: Readonly<Record<'waiting' | 'active' | 'delayed', number>>
  /** For how long the oldest job has been due that nobody has begun yet; 0 when there is none. */
  readonly oldestWaitingMs: number
}

// Jobs that go round again stand in the same list, and when those became due is not kept: the first ones tell enough.
const LOOKED_AT = 20

/**
 * What stands on a queue now. BullMQ's own `exportPrometheusMetrics` has counts but no age, and its text cannot be joined with that of
 * another queue or registry, because it brings the headings along.
 */
export async function readQueueState(queue: Queue, nowMs: number): Promise<QueueState> {
  const [counts, first] = await Promise.all([
    queue.getJobCounts('waiting', 'active', 'delayed'),
    queue.getJobs(['waiting'], 0, LOOKED_AT - 1, true),
  ])
  const { waiting = 0, active = 0, delayed = 0 } = counts
  const ages = first
    .filter((job) => job.processedOn === undefined)
    .map(({ timestamp, opts }) => nowMs - timestamp - (opts.delay ?? 0))
  return {
    queue: queue.name,
    jobs: { waiting, active, delayed },
    oldestWaitingMs: Math.max(0, ...ages),
  }
}
