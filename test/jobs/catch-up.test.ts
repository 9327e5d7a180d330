import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createCatchUpJob } from '../../jobs/catch-up.ts'
import { silentMeter } from '../../src/observe/index.ts'
import type { Operations } from '../../src/operations/index.ts'
import { isOver } from '../../src/recovery/index.ts'
import { openWorkerByHand, type WorkerByHand } from './support/worker-by-hand.ts'

let worker: WorkerByHand

beforeEach(async () => {
  worker = await openWorkerByHand()
})
afterEach(() => worker.close())

/** Runs whose card the job has drawn, with a clock that is a minute ahead. */
async function redrawn(aheadMs = 60_000): Promise<readonly string[]> {
  const drawn: string[] = []
  const { runs, producer, proof, log } = worker.parts
  const catchUp = createCatchUpJob({
    runs,
    proof,
    log,
    meter: silentMeter,
    producer: { ...producer, redraw: async ({ id }) => void drawn.push(id) },
    chat: { post: never, update: never, postEphemeral: never, postPrivately: never },
    operations: worker.operations,
    clock: () => new Date(Date.now() + aheadMs),
  })
  await catchUp({}, { signal: new AbortController().signal })
  return drawn
}

async function never(): Promise<never> {
  throw new Error('nothing is posted here')
}

async function requested(conversation: Parameters<Operations['request']>[0]['conversation']) {
  const asking = {
    cluster: 'myk8s',
    goal: 'reconnect',
    by: worker.oncall,
    requestId: null,
  } as const
  const asked = await worker.operations.request({ ...asking, conversation })
  if (asked.kind !== 'started') throw new Error('there is an open run already')
  return asked.runId
}

const inChannel = () => ({ teamId: worker.world.slack.teamId, channelId: 'C1' })

describe('catching up', () => {
  it('draws the card of a run that no worker has taken, after a while', async () => {
    const runId = await requested(inChannel())
    expect(await redrawn(0)).toEqual([])
    expect(await redrawn()).toEqual([runId])
  })

  it('leaves a card alone that shows its run, and draws it once it is behind again', async () => {
    const runId = await requested(inChannel())
    const card = { channelId: 'C1', ts: '1.1' }
    await worker.parts.runs.saveCard(runId, { ...card, version: 1 })
    expect(await redrawn()).toEqual([])
    await worker.operations.cancel(runId, worker.oncall)
    expect(isOver(await worker.run(runId))).toBe(true)
    expect(await redrawn()).toEqual([runId])
    await worker.parts.runs.saveCard(runId, { ...card, version: 2 })
    expect(await redrawn()).toEqual([])
  })

  it('does not take a card for drawn whose run has changed meanwhile', async () => {
    const runId = await requested(inChannel())
    await worker.operations.cancel(runId, worker.oncall)
    await worker.parts.runs.saveCard(runId, { channelId: 'C1', ts: '1.1', version: 1 })
    expect(await redrawn()).toEqual([runId])
  })

  it('knows no card for a run from a terminal', async () => {
    await requested(null)
    expect(await redrawn()).toEqual([])
  })
})
