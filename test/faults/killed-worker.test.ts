import { describe, expect, it } from 'vitest'
import {
  type EndPoint,
  once,
  onceAwaited,
  playWithWorkerEndingAt,
  whenRun,
} from './support/worker-ending.ts'

const KEPT = /^reagent-previous-/

const points: readonly EndPoint[] = [
  {
    name: 'while it looks for the cause',
    arm: (world, kill) => once(world.rancher.onRequest, () => true, kill),
  },
  {
    name: 'while it asks Rancher for the manifest of the plan',
    arm: (world, kill) =>
      once(world.rancher.onRequest, ({ path }) => path.startsWith('/v3/import'), kill),
  },
  {
    name: 'while a dry run is under way',
    arm: (world, kill) => onceAwaited(world.cluster.gate.onWrite, ({ dryRun }) => dryRun, kill),
  },
  {
    name: 'after the plan was shown',
    arm: whenRun('a plan', ({ state }) => state.kind === 'planned'),
  },
  {
    name: 'right after the approval',
    arm: whenRun('the approval', ({ timeline }) =>
      timeline.some(({ what }) => what === 'approved'),
    ),
  },
  {
    name: 'before the previous objects are kept',
    arm: (world, kill) =>
      onceAwaited(
        world.cluster.gate.onWrite,
        ({ dryRun, ref }) => !dryRun && KEPT.test(ref.name),
        kill,
      ),
  },
  {
    name: 'after the previous objects were kept',
    arm: (world, kill) =>
      onceAwaited(
        world.cluster.gate.afterWrite,
        ({ dryRun, ref }) => !dryRun && KEPT.test(ref.name),
        kill,
      ),
  },
  {
    name: 'before the Deployment is written',
    arm: (world, kill) =>
      onceAwaited(
        world.cluster.gate.onWrite,
        ({ dryRun, ref }) => !dryRun && ref.kind === 'Deployment',
        kill,
      ),
  },
  {
    name: 'after the Deployment was written and before the answer came',
    arm: (world, kill) =>
      onceAwaited(
        world.cluster.gate.afterWrite,
        ({ dryRun, ref }) => !dryRun && ref.kind === 'Deployment',
        kill,
      ),
  },
  {
    name: 'after the DaemonSet was written and before the answer came',
    arm: (world, kill) =>
      onceAwaited(
        world.cluster.gate.afterWrite,
        ({ dryRun, ref }) => !dryRun && ref.kind === 'DaemonSet',
        kill,
      ),
  },
  {
    name: 'while it waits for the proof',
    arm: whenRun('the proof', ({ state }) => state.kind === 'verifying'),
  },
  {
    name: 'while the cluster has to hold',
    arm: whenRun(
      'holding',
      ({ state }) =>
        state.kind === 'verifying' &&
        state.sighting !== null &&
        state.sighting.holdingSince !== null,
    ),
  },
]

describe.concurrent('a worker killed with SIGKILL', () => {
  for (const point of points) {
    it(`${point.name}: the run goes on and no object is written twice`, {
      timeout: 90_000,
    }, async () => {
      const { run, writtenTwice } = await playWithWorkerEndingAt(point, 'SIGKILL')

      expect(run.state.kind).toBe('recovered')
      expect(writtenTwice).toEqual([])
    })
  }
})
