import { isOver, type Run, type RunStateKind } from '../../src/recovery/index.ts'
import type { LabMessage } from '../slack/index.ts'
import { CLUSTER_NAME, until, type World } from '../world/index.ts'
import type { Transcript } from './transcript.ts'

const DEADLINE_MS = 40_000

/** What people and the world do in a scenario, one sentence each. Everything is written down in the transcript. */
export interface Story {
  readonly world: World
  /** Reagent is started, with the certificate authority that Rancher has now. */
  reagentStarts(): Promise<void>
  /** Rancher has noticed that the agents are gone. */
  clusterIsLost(): Promise<void>
  says(person: string, command: string): Promise<string>
  /** Presses the button with this label on the newest card that shows it. */
  clicks(person: string, label: string): Promise<void>
  submits(person: string, values: Readonly<Record<string, string>>): Promise<void>
  /** The newest run is in one of these states, and its card shows that version. Ends when it is over otherwise. */
  runIs(...kinds: readonly RunStateKind[]): Promise<Run>
  /** The plan that was approved no longer held, and another one stands on the card. */
  newPlanIsShown(): Promise<Run>
  runIsOver(): Promise<Run>
  /** Objects really written on the cluster since the story began. */
  writes(): number
  notes(text: string): void
}

export function createStory(world: World, transcript: Transcript): Story {
  const before = world.cluster.writes.length
  const { slack, rancher, runs, clusterId } = world

  async function newestRun(): Promise<Run | null> {
    const [run = null] = await runs.recent(1)
    if (run) transcript.follow(run)
    return run
  }

  async function cardOf(run: Run): Promise<LabMessage | undefined> {
    const card = await runs.cardOf(run.id)
    if (!card || card.version < run.version) return undefined
    return slack.messages().find(({ ts }) => ts === card.ts)
  }

  async function untilRun(what: string, isIt: (run: Run) => boolean): Promise<Run> {
    let seen = 'no run'
    try {
      return await until(
        `the run to be ${what}`,
        async () => {
          const run = await newestRun()
          seen = run ? JSON.stringify(run.state) : 'no run'
          if (!run || !(await cardOf(run))) return null
          return isIt(run) || isOver(run) ? run : null
        },
        DEADLINE_MS,
      )
    } catch (error) {
      throw new Error(`${String(error)}; last seen: ${seen}\n${world.output()}`)
    }
  }

  const runIs = (...kinds: readonly RunStateKind[]) =>
    untilRun(kinds.join(' or ') || 'over', (run) => kinds.includes(run.state.kind))

  return {
    world,
    runIs,
    newPlanIsShown: () =>
      untilRun(
        'planned anew',
        ({ state }) => state.kind === 'planned' && state.supersededBecause !== null,
      ),
    writes: () => writesSince(world, before),
    async reagentStarts() {
      await world.startReagent()
    },
    async clusterIsLost() {
      await until(
        'Rancher to miss the agents',
        () => rancher.clusterState(clusterId) === 'unavailable',
      )
      transcript.write({ type: 'lost', cluster: CLUSTER_NAME })
    },
    async says(person, command) {
      transcript.write({ type: 'said', by: person, text: command })
      const { message, status } = await slack.say(person, command)
      const answer = message?.text ?? ''
      transcript.write({ type: 'acknowledged', to: person, status, text: answer })
      return answer
    },
    async clicks(person, label) {
      transcript.write({ type: 'clicked', by: person, button: label })
      const { status } = await slack.click(
        person,
        await slack.waitFor(() => findButton(world, label), 10_000),
      )
      if (status !== 200) throw new Error(`the click on ${label} was answered ${status}`)
    },
    async submits(person, values) {
      await slack.waitFor(() => slack.modal(person), 10_000)
      transcript.write({ type: 'submitted', by: person, values })
      await slack.submit(person, values)
    },
    async runIsOver() {
      const run = await runIs()
      const card = await cardOf(run)
      if (card) transcript.writeCard(card)
      return run
    },
    notes: (text) => transcript.write({ type: 'note', text }),
  }
}

/** Objects really written through the gate since it had seen `before` writes; what Reagent keeps for a rollback does not count. */
function writesSince(world: World, before: number): number {
  return world.cluster.writes
    .slice(before)
    .filter(({ dryRun, status, ref }) => !dryRun && status < 300 && !isKept(ref.name)).length
}

function isKept(name: string): boolean {
  return name.startsWith('reagent-previous-')
}

/** The newest message with a button of this label, as `slack.click` wants it. */
function findButton(world: World, label: string) {
  for (const message of world.slack.messages().toReversed()) {
    const elements = message.blocks.flatMap(({ elements }) =>
      Array.isArray(elements) ? elements : [],
    )
    const button: unknown = elements.find((element) => labelOf(element) === label)
    if (button !== null && typeof button === 'object' && 'action_id' in button) {
      return { actionId: String(button.action_id), card: message }
    }
  }
  return undefined
}

function labelOf(element: unknown): string | null {
  if (element === null || typeof element !== 'object' || !('text' in element)) return null
  const { text } = element
  return text !== null && typeof text === 'object' && 'text' in text ? String(text.text) : null
}
