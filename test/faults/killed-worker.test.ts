import { describe, expect, it } from 'vitest'
import { rotateCertificateAuthority } from '../../lab/scenarios/faults.ts'
import { createStory, type Story } from '../../lab/scenarios/story.ts'
import { createTranscript } from '../../lab/scenarios/transcript.ts'
import { startWorld, until, type World } from '../../lab/world/index.ts'

/** Where in the story the worker is killed: `arm` sees to it that `kill` is called there, once. */
interface KillPoint {
  readonly name: string
  arm(world: World, kill: () => Promise<void>): void
}

const KEPT = /^reagent-previous-/

/** When a run has come to where the worker must die; looked at from outside, through the store. */
function whenRun(
  what: string,
  isThere: (run: Awaited<ReturnType<World['runs']['recent']>>[number]) => boolean,
): KillPoint['arm'] {
  return (world, kill) => {
    until(what, async () => (await world.runs.recent(1)).some(isThere), 60_000).then(
      kill,
      () => undefined,
    )
  }
}

const points: readonly KillPoint[] = [
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
      const world = await startWorld({
        roles: 'split',
        timeScale: 0.02,
        stableFor: '1200ms',
        probeLimit: '10s',
      })
      try {
        const story = createStory(
          world,
          createTranscript(
            () => undefined,
            () => new Date(),
          ),
        )
        await rotateCertificateAuthority(story)
        await story.reagentStarts()
        const killed = Promise.withResolvers<void>()
        point.arm(world, async () => {
          await world.killWorker()
          killed.resolve()
        })
        const ended = playOn(story)
        await killed.promise
        await world.startWorker()
        expect((await ended).state.kind).toBe('recovered')
        expect(writtenTwice(world)).toEqual([])
      } finally {
        await world.close()
      }
    })
  }
})

async function playOn(story: Story) {
  await story.says('oncall', '/rancher reagent myk8s')
  await story.runIs('planned')
  await story.clicks('lead', 'Approve')
  return story.runIsOver()
}

/** Names of objects that Reagent really wrote more than once. */
function writtenTwice(world: World): readonly string[] {
  const written = world.cluster.writes
    .filter(
      ({ dryRun, fieldManager, status }) => !dryRun && fieldManager === 'reagent' && status !== 409,
    )
    .map(({ ref }) => `${ref.kind}/${ref.name}`)
  return written.filter((name, index) => written.indexOf(name) !== index)
}

type Listen<T> = (listener: (seen: T) => void | Promise<void>) => () => void

/** Kills at the first thing that matches, without holding it up. */
function once<T>(
  listen: Listen<T>,
  matches: (seen: T) => boolean,
  kill: () => Promise<void>,
): void {
  let isDone = false
  const stop = listen((seen) => {
    if (isDone || !matches(seen)) return
    isDone = true
    stop()
    void kill()
  })
}

/** Kills at the first thing that matches, which is held up until the worker is gone. */
function onceAwaited<T>(
  listen: Listen<T>,
  matches: (seen: T) => boolean,
  kill: () => Promise<void>,
): void {
  let isDone = false
  const stop = listen(async (seen) => {
    if (isDone || !matches(seen)) return
    isDone = true
    stop()
    await kill()
  })
}
