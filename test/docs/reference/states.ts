import {
  decide,
  evolve,
  isOver,
  nextStepOf,
  type Run,
  type RunEvent,
  type RunStateKind,
} from '../../../src/recovery/index.ts'
import { policy, requested } from '../../recovery/history.ts'
import { code, table } from './markdown.ts'
import { commandsFor } from './run-commands.ts'

/** One event of a run that leads from a state to another, or back to the same one. */
export interface Transition {
  readonly from: RunStateKind
  readonly event: RunEvent['type']
  readonly to: RunStateKind
}

const MEANINGS: Readonly<Record<RunStateKind, string>> = {
  requested: 'taken down; nobody has begun',
  diagnosing: 'a worker looks for the cause',
  diagnosed: 'the cause is known, and a plan is being made',
  'no-action': 'nothing to apply: the card says what to do instead',
  planned: 'the plan waits for a decision',
  superseded: 'the plan does not hold any more; the next one follows in the same step',
  rejected: 'somebody said no',
  expired: 'nobody decided in time',
  cancelled: 'ended by somebody before anything was applied',
  approved: 'a worker builds the plan again and compares',
  applying: 'objects are being written',
  verifying: 'applied; Reagent watches until the cluster counts as back',
  recovered: 'back, with proof',
  'not-recovered': 'applied, but not back in time',
  'half-applied': 'some objects were written, then one was refused',
  unknown: 'a write got no answer; Reagent looks before it does anything else',
  failed: 'ended by a failure before anything was written',
}

const found = explore()

/** Every transition that a history can show, in the order of the states. */
export function transitions(): readonly Transition[] {
  return found.transitions
}

export function transitionKey({ from, event, to }: Transition): string {
  return `${from} -${event}-> ${to}`
}

/** The transitions as a Mermaid diagram. People who join change nothing of where a run stands, so they are left out. */
export function stateDiagram(): string {
  const byEdge = Map.groupBy(found.transitions, ({ from, to }) => `${idOf(from)} --> ${idOf(to)}`)
  const edges = [...byEdge].map(
    ([edge, list]) => `    ${edge} : ${list.map(({ event }) => event).join(', ')}`,
  )
  const names = KINDS.filter((kind) => idOf(kind) !== kind).map(
    (kind) => `    state "${kind}" as ${idOf(kind)}`,
  )
  const ends = KINDS.filter((kind) => isEnd(kind)).map((kind) => `    ${idOf(kind)} --> [*]`)
  return [
    '```mermaid',
    'stateDiagram-v2',
    ...names,
    '    [*] --> requested : requested',
    ...edges,
    ...ends,
    '```',
  ].join('\n')
}

/** Each state with what it means and which job carries a run on from there. */
export function stateTable(): string {
  const rows = KINDS.map((kind) => {
    const run = found.examples.get(kind)
    const step = run && nextStepOf(run)
    const carriedOnBy = step ? code(`jobs/${step.job}.ts`) : isEnd(kind) ? 'over' : '–'
    return [code(kind), MEANINGS[kind], carriedOnBy]
  })
  return table(['state', 'what it means', 'carried on by'], rows)
}

const KINDS = Object.keys(MEANINGS).filter((kind): kind is RunStateKind => kind in MEANINGS)

function isEnd(kind: RunStateKind): boolean {
  const run = found.examples.get(kind)
  return run !== undefined && isOver(run)
}

function idOf(kind: RunStateKind): string {
  return kind.replaceAll('-', '_')
}

/** Gives every command to a run in every situation that can be reached. */
function explore() {
  const transitions = new Map<string, Transition>()
  const examples = new Map<RunStateKind, Run>()
  const seen = new Set<string>()
  const waiting: Run[] = [requested()]
  for (let run = waiting.shift(); run; run = waiting.shift()) {
    const situation = situationOf(run)
    if (seen.has(situation)) continue
    seen.add(situation)
    examples.set(run.state.kind, run)
    for (const command of commandsFor(run)) {
      const decision = decide(run, command, policy)
      if (!decision.ok) continue
      waiting.push(
        transitionsOf(run, decision.events, (transition, after) => {
          transitions.set(transitionKey(transition), transition)
          if (!examples.has(after.state.kind)) examples.set(after.state.kind, after)
        }),
      )
    }
  }
  return { transitions: [...transitions.values()], examples }
}

/** The run after these events; `see` is told of each one that says something about where it stands. */
export function transitionsOf(
  run: Run,
  events: readonly RunEvent[],
  see: (transition: Transition, after: Run) => void,
): Run {
  return events.reduce((before, event) => {
    const after = evolve(before, event)
    if (event.type !== 'joined') {
      see({ from: before.state.kind, event: event.type, to: after.state.kind }, after)
    }
    return after
  }, run)
}

/** What decisions can depend on, besides the state itself: whether something was written, and whether somebody joined. */
function situationOf({ state, joinedBy }: Run): string {
  const written = 'written' in state ? Math.min(1, state.written.length) : 0
  return `${state.kind} ${written} ${joinedBy.length}`
}
