import { onTestFinished } from 'vitest'
import {
  type Answer,
  done,
  startConsumer,
  WORK_QUEUE,
  type WorkJobs,
} from '../../../src/queue/index.ts'
import { connectPatiently } from '../../../src/store/index.ts'
import type { BotUnderTest } from './bot.ts'

type Look = WorkJobs['look']

/** Plays the worker that answers looks, always with `answer`; gives the looks that it was asked for. */
export function answerLooks(bot: BotUnderTest, answer: Answer): readonly Look[] {
  const looks: Look[] = []
  const { socketPath, prefix } = bot.redis
  const connection = connectPatiently({ kind: 'socket', path: socketPath }, () => undefined)
  const consumer = startConsumer<Pick<WorkJobs, 'look' | 'diagnose'>>(
    {
      diagnose: async () => done,
      async look(look) {
        looks.push(look)
        await bot.producer.answer({ answer, asked: look.asked })
        return done
      },
    },
    {
      redis: connection,
      prefix,
      queue: WORK_QUEUE,
      concurrency: 1,
      lockMs: 5_000,
      onError: (_error, job) => bot.log.error({}, `job ${job.name} failed`),
    },
  )
  onTestFinished(async () => {
    await consumer.close(1_000)
    connection.disconnect()
  })
  return looks
}
