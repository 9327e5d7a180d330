import { describe, expect, it } from 'vitest'
import { type EndPoint, once, playWithWorkerEndingAt, whenRun } from './support/worker-ending.ts'

const points: readonly EndPoint[] = [
  {
    name: 'while it looks for the cause',
    arm: (world, end) => once(world.rancher.onRequest, () => true, end),
  },
  {
    name: 'while it applies',
    arm: (world, end) => once(world.cluster.gate.onWrite, ({ dryRun }) => !dryRun, end),
  },
  {
    name: 'while it waits for the proof',
    arm: whenRun('the proof', ({ state }) => state.kind === 'verifying'),
  },
]

describe.concurrent('a worker that is asked to stop', () => {
  for (const point of points) {
    it(`${point.name}: leaves the run to the next one, which ends it well`, {
      timeout: 90_000,
    }, async () => {
      const { run, writtenTwice } = await playWithWorkerEndingAt(point, 'SIGTERM')

      expect(run.state.kind).toBe('recovered')
      expect(writtenTwice).toEqual([])
    })
  }
})
