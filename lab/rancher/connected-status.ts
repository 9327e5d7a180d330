import type { ClusterStatus } from './cluster-status.ts'
import type { ClusterState } from './contract.ts'
import {
  type JsonObject,
  objectIn,
  objectsIn,
  recordedTimeline,
  textIn,
  toSeconds,
} from './recorded.ts'

interface Step {
  readonly afterSeconds: number
  /** The conditions that changed. */
  readonly changes: readonly JsonObject[]
}

/** Told by who pushes the agent, when it has done so. */
const DEPLOYED = 'AgentDeployed'
const FOLDER = 'rancher-v2.12.0'
const FIRST_CONTACT = stepsOf('1-first-connect-import-manifest')
const FIRST_CONNECTION = stepsOf('2-agent-restarted-with-features')
const LOSS = stepsOf('3-agent-gone')
const CONNECTION = stepsOf('5-server-side-apply-keeps-features')

/**
 * A cluster's conditions from 2.6.3 on, as in the timelines recorded on 2.12.0, all times `timeScale`. The first tunnel takes a new
 * cluster from `pending` to `waiting`; only the second session makes it `Connected`, and then `active`.
 */
export function createConnectedStatus(options: {
  readonly lost: boolean
  readonly timeScale: number
  readonly now: () => Date
  readonly onChange: (status: ClusterStatus) => void
}): ClusterStatus {
  const { now } = options
  const began = options.lost ? LOSS.after : FIRST_CONTACT.before
  const conditions = new Map(began.map((condition) => [textIn(condition.type), dated(condition)]))
  const timers = { contact: new Set<NodeJS.Timeout>(), connection: new Set<NodeJS.Timeout>() }
  let isStopped = false
  let shown = stateOf(conditions)
  let changedAt = now()

  function dated(condition: JsonObject): JsonObject {
    const { lastUpdateTime, ...rest } = condition
    return lastUpdateTime === undefined ? rest : { ...rest, lastUpdateTime: toSeconds(now()) }
  }
  const apply = (changes: readonly JsonObject[]) => {
    for (const change of changes) conditions.set(textIn(change.type), dated(change))
    const next = stateOf(conditions)
    if (next.state === shown.state && next.message === shown.message) return
    shown = next
    changedAt = now()
    options.onChange(status)
  }
  const stop = (kind: keyof typeof timers) => {
    for (const timer of timers[kind]) clearTimeout(timer)
    timers[kind].clear()
  }
  const follow = (kind: keyof typeof timers, steps: readonly Step[]) => {
    stop(kind)
    if (isStopped) return
    for (const { afterSeconds, changes } of steps) {
      const timer = setTimeout(() => apply(changes), afterSeconds * 1000 * options.timeScale)
      timers[kind].add(timer)
    }
  }
  const is = (type: string) => conditions.get(type)?.status === 'True'
  const status: ClusterStatus = {
    get state() {
      return shown.state
    },
    get message() {
      return shown.message
    },
    get reason() {
      return textIn(conditions.get('Ready')?.reason)
    },
    get changedAt() {
      return changedAt
    },
    get conditions() {
      return [...conditions.values()]
    },
    firstSessionOpened() {
      if (!is('Pending') && timers.contact.size === 0) follow('contact', FIRST_CONTACT.steps)
    },
    // Rancher asks for the second session only (pkg/controllers/management/clusterconnected).
    lastSessionClosed: () => undefined,
    secondSessionOpened() {
      stop('connection')
      if (is('Connected') && is('Ready')) return
      follow('connection', is('Waiting') ? CONNECTION.steps : FIRST_CONNECTION.steps)
    },
    secondSessionClosed: () => follow('connection', LOSS.steps),
    healthReported(problem) {
      stop('connection')
      const lastUpdateTime = ''
      apply([
        problem === null
          ? { type: 'Ready', status: 'True', lastUpdateTime }
          : { type: 'Ready', status: 'False', reason: 'Error', message: problem, lastUpdateTime },
      ])
    },
    agentDeployed(failure) {
      const result =
        failure === null
          ? { status: 'True' }
          : { status: 'False', reason: 'Error', message: failure }
      apply([{ type: DEPLOYED, lastUpdateTime: '', ...result }])
    },
    stop() {
      isStopped = true
      stop('contact')
      stop('connection')
    },
  }
  return status
}

/** What Rancher makes of the conditions (`transitioning` and `state` of a cluster). */
function stateOf(conditions: ReadonlyMap<string, JsonObject>): {
  readonly state: ClusterState
  readonly message: string
} {
  const is = (type: string) => conditions.get(type)?.status === 'True'
  const message = (type: string) => textIn(conditions.get(type)?.message)
  if (!is('Pending')) return { state: 'pending', message: '' }
  if (!is('Waiting')) return { state: 'waiting', message: message('Waiting') }
  if (is('Ready')) return { state: 'active', message: '' }
  return { state: 'unavailable', message: message('Ready') }
}

/** A recorded timeline: the conditions before and after, and what changed when. */
function stepsOf(recording: string) {
  const lines = recordedTimeline(`timelines/${recording}.jsonl`, FOLDER)
    .filter((line) => line.c !== undefined)
    .map((line) => ({ at: Number(line.t), conditions: objectsIn(objectIn(line.c).conditions) }))
  const steps = lines.slice(1).map(({ at, conditions }, index): Step => {
    const before = lines[index]?.conditions.map((condition) => JSON.stringify(condition)) ?? []
    const changes = conditions.filter(
      (condition) => condition.type !== DEPLOYED && !before.includes(JSON.stringify(condition)),
    )
    return { afterSeconds: at, changes }
  })
  return { before: lines[0]?.conditions ?? [], after: lines.at(-1)?.conditions ?? [], steps }
}
