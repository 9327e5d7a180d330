import type { KeyObject } from 'node:crypto'
import { type Explanation, explain } from '../diagnosis/index.ts'
import type { Log } from '../observe/index.ts'
import type { Asked, Question } from '../queue/index.ts'
import {
  approversOf,
  asFailure,
  type Conversation,
  Failure,
  type Goal,
  keyOf,
  type Person,
  type Right,
  type Run,
  refusalFor,
  requestersOf,
  signApproval,
} from '../recovery/index.ts'
import { type ChangeParts, createChangeRun } from './change-run.ts'

/** What a request led to. Joining means: this cluster has an open run, and the person is now part of it. */
export type Requested =
  | { readonly kind: 'started'; readonly runId: string }
  | { readonly kind: 'joined'; readonly run: Run }

/** What pasted lines mean, and what is known of whose addresses stand in them. */
export interface Explained {
  readonly explanation: Explanation
  /** `asked`: the answer comes to the person later. `none`: there is nothing to look up. A failure: why nobody was asked. */
  readonly lookup: 'asked' | 'none' | Failure
}

/**
 * Everything that people can do, the same for Slack and the terminal. A call resolves only after what it did is on disk;
 * it rejects with a `Failure` that says why not, and what to do.
 */
export interface Operations {
  request(asking: {
    readonly cluster: string
    readonly goal: Goal
    readonly by: Person
    readonly conversation: Conversation | null
    /** Names one delivery of this request, so that a repeated one is refused; null: unknown. */
    readonly requestId: string | null
  }): Promise<Requested>
  approve(runId: string, digest: string, by: Person): Promise<Run>
  reject(runId: string, by: Person, reason: string): Promise<Run>
  cancel(runId: string, by: Person): Promise<Run>
  /** A run, for reading. Fails with `run.not-found`. */
  run(runId: string, by: Person): Promise<Run>
  runs(by: Person, limit: number): Promise<readonly Run[]>
  /** Asks a worker to look something up; the answer comes to the person later. */
  ask(question: Question, asked: Asked): Promise<void>
  /** Says what log lines mean, and asks a worker whose addresses stand in them; the lines themselves are kept nowhere. */
  explain(pasted: string, asked: Asked): Promise<Explained>
  /** What this person may do, for help texts. */
  rightsOf(person: Person): { readonly request: boolean; readonly approve: boolean }
  approversOf(run: Run): readonly string[]
}

export interface OperationsParts extends ChangeParts {
  /** The bot's private key: approvals are signed here and verified by the worker. */
  readonly signingKey: KeyObject
  readonly newRunId: () => string
  readonly log: Log
}

export function createOperations(parts: OperationsParts): Operations {
  const { runs, producer, policy, signingKey, clock, newRunId, log } = parts
  const change = createChangeRun(parts)

  function requireRight(right: Right, by: Person): void {
    const refusal = refusalFor(policy, right, by, null)
    if (!refusal) return
    // The id as it is written in reagent.yaml: in Slack a mention would hide it.
    const person = by.teamId === 'local' ? keyOf(by) : by.userId
    throw new Failure(refusal, { person, requesters: requestersOf(policy).slice(0, 6).join(', ') })
  }

  async function load(runId: string): Promise<Run> {
    const run = await runs.load(runId)
    if (!run) throw new Failure('run.not-found', { run: runId.slice(0, 40) })
    return run
  }

  return {
    async request(asking) {
      requireRight('request', asking.by)
      const at = clock().toISOString()
      const { cluster, goal, by, conversation, requestId } = asking
      const id = newRunId()
      const creating = runs.create(
        { type: 'requested', at, run: id, cluster, goal, by, conversation },
        requestId,
      )
      // The request is taken when the run is on disk; nobody waits for its first job too. One that gets lost is queued by the next
      // sweep, and one without its run ends at once.
      producer.begin({ id, cluster }).catch((error: unknown) => {
        log.warn({ run: id, cluster, error }, 'the first job of a run is left to the next sweep')
      })
      const created = await creating
      if (created.kind === 'created') return { kind: 'started', runId: id }
      if (created.kind === 'replayed') throw new Failure('run.replayed')
      return { kind: 'joined', run: await change(created.runId, () => ({ type: 'join', by })) }
    },

    approve: (runId, digest, by) =>
      change(runId, (run, at) => {
        const expiresAt = run.state.kind === 'planned' ? run.state.expiresAt : at
        const approval = signApproval({ run: runId, digest, by, at, expiresAt }, signingKey)
        return { type: 'approve', approval }
      }),
    reject: (runId, by, reason) => change(runId, () => ({ type: 'reject', by, reason })),
    cancel: (runId, by) => change(runId, () => ({ type: 'cancel', by })),

    async run(runId, by) {
      requireRight('request', by)
      return load(runId)
    },
    async runs(by, limit) {
      requireRight('request', by)
      return runs.recent(limit)
    },
    async ask(question, asked) {
      requireRight('request', asked.by)
      await producer.look({ question, asked })
    },
    async explain(pasted, asked) {
      requireRight('request', asked.by)
      const explanation = explain(pasted)
      const { traces } = explanation
      if (traces.addresses.length === 0 && traces.clusterIds.length === 0) {
        return { explanation, lookup: 'none' }
      }
      try {
        await producer.look({ question: { about: 'owners', traces }, asked })
        return { explanation, lookup: 'asked' }
      } catch (error) {
        return { explanation, lookup: asFailure(error) }
      }
    },
    rightsOf: (person) => ({
      request: refusalFor(policy, 'request', person, null) === null,
      approve: refusalFor(policy, 'approve', person, null) === null,
    }),
    approversOf: (run) => approversOf(policy, run),
  }
}
