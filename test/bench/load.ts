import { once } from 'node:events'
import { Worker } from 'node:worker_threads'

/** Where a bot listens, and the secret that its requests are signed with. */
export interface Target {
  readonly url: string
  readonly signingSecret: string
}

/** Slash commands to send at a fixed rate, each as its form fields. */
export interface Load {
  readonly target: Target
  readonly perSecond: number
  readonly commands: readonly Readonly<Record<string, string>>[]
}

/**
 * Sends slash commands at a fixed rate, whether or not the ones before were answered, and gives the milliseconds from sending each to the end of
 * its acknowledgement. Rejects when one is not answered with 200.
 */
export async function commandsAtRate(load: Load): Promise<readonly number[]> {
  const thread = new Worker(new URL('./load-thread.ts', import.meta.url), { workerData: load })
  const [took] = (await once(thread, 'message')) as [readonly number[]]
  await thread.terminate()
  return took
}
