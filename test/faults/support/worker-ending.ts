import { rotateCertificateAuthority } from '../../../lab/scenarios/faults.ts'
import { createStory, type Story } from '../../../lab/scenarios/story.ts'
import { createTranscript } from '../../../lab/scenarios/transcript.ts'
import { startWorld, until, type World } from '../../../lab/world/index.ts'
import type { Run } from '../../../src/recovery/index.ts'

/** Where in the story the worker ends: `arm` sees to it that `end` is called there, once. */
export interface EndPoint {
  readonly name: string
  arm(world: World, end: () => Promise<void>): void
}

/** How the story ended although its worker did in the middle. */
export interface Ended {
  readonly run: Run
  /** Names of objects that Reagent really wrote more than once. */
  readonly writtenTwice: readonly string[]
}

/** Plays the story of a recovery, ends its worker at a point of it, starts another worker, and waits for the end of the run. */
export async function playWithWorkerEndingAt(
  point: EndPoint,
  signal: 'SIGKILL' | 'SIGTERM',
): Promise<Ended> {
  const world = await startWorld({
    roles: 'split',
    timeScale: 0.02,
    stableFor: '1200ms',
    probeLimit: '10s',
  })
  try {
    const transcript = createTranscript(
      () => undefined,
      () => new Date(),
    )
    const story = createStory(world, transcript)
    await rotateCertificateAuthority(story)
    await story.reagentStarts()
    const gone = Promise.withResolvers<void>()
    point.arm(world, async () => {
      await world.endWorker(signal)
      gone.resolve()
    })
    const ended = playOn(story)
    await gone.promise
    await world.startWorker()
    return { run: await ended, writtenTwice: writtenTwice(world) }
  } finally {
    await world.close()
  }
}

/** When a run has come to where the worker must end; looked at from outside, through the store. */
export function whenRun(what: string, isThere: (run: Run) => boolean): EndPoint['arm'] {
  return (world, end) => {
    until(what, async () => (await world.runs.recent(1)).some(isThere), 60_000).then(
      end,
      () => undefined,
    )
  }
}

async function playOn(story: Story) {
  await story.says('oncall', '/rancher reagent myk8s')
  await story.runIs('planned')
  await story.clicks('lead', 'Approve')
  return story.runIsOver()
}

function writtenTwice(world: World): readonly string[] {
  const written = world.cluster.writes
    .filter(
      ({ dryRun, fieldManager, status }) => !dryRun && fieldManager === 'reagent' && status !== 409,
    )
    .map(({ ref }) => `${ref.kind}/${ref.name}`)
  return written.filter((name, index) => written.indexOf(name) !== index)
}

type Listen<T> = (listener: (seen: T) => void | Promise<void>) => () => void

/** Ends the worker at the first thing that matches, without holding it up. */
export function once<T>(
  listen: Listen<T>,
  matches: (seen: T) => boolean,
  end: () => Promise<void>,
): void {
  let isDone = false
  const stop = listen((seen) => {
    if (isDone || !matches(seen)) return
    isDone = true
    stop()
    void end()
  })
}

/** Ends the worker at the first thing that matches, which is held up until it is gone. */
export function onceAwaited<T>(
  listen: Listen<T>,
  matches: (seen: T) => boolean,
  end: () => Promise<void>,
): void {
  let isDone = false
  const stop = listen(async (seen) => {
    if (isDone || !matches(seen)) return
    isDone = true
    stop()
    await end()
  })
}
