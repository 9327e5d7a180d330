import type { KeyObject } from 'node:crypto'
import type { Asked, Producer, Question } from '../queue/index.ts'
import {
  approversOf,
  type Conversation,
  type Decision,
  decide,
  Failure,
  type FailureCode,
  type Goal,
  type Person,
  type Policy,
  type Right,
  type Run,
  type RunCommand,
  refusalFor,
  signApproval,
} from '../recovery/index.ts'
import type { RunStore } from '../store/index.ts'

/** What a request led to. Joining means: this cluster has an open run, and the person is now part of it. */
export type Requested =
  | { readonly kind: 'started'; readonly runId: string }
  | { readonly kind: 'joined'; readonly run: Run }

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
  /** What this person may do, for help texts. */
  rightsOf(person: Person): { readonly request: boolean; readonly approve: boolean }
  approversOf(run: Run): readonly string[]
}

export interface OperationsParts {
  readonly runs: RunStore
  readonly producer: Producer
  readonly policy: Policy
  /** The bot's private key: approvals are signed here and verified by the worker. */
  readonly signingKey: KeyObject
  readonly clock: () => Date
  readonly newRunId: () => string
}

// Two people who decide in the same moment: the second decides again on what is there then.
const DECIDE_AT_MOST = 5

export function createOperations(parts: OperationsParts): Operations {
  const { runs, producer, policy, signingKey, clock, newRunId } = parts

  function require(right: Right, by: Person): void {
    const refusal = refusalFor(policy, right, by, null)
    if (refusal) throw new Failure(refusal)
  }

  async function load(runId: string): Promise<Run> {
    const run = await runs.load(runId)
    if (!run) throw new Failure('run.not-found', { run: runId.slice(0, 40) })
    return run
  }

  async function change(runId: string, commandFor: (run: Run) => RunCommand): Promise<Run> {
    for (let attempt = 1; ; attempt += 1) {
      const run = await load(runId)
      const next = await appendDecided(run, decide(run, commandFor(run), policy), attempt)
      if (next) {
        await producer.carryOn(next, clock().getTime())
        return next
      }
    }
  }

  async function appendDecided(run: Run, decision: Decision, attempt: number): Promise<Run | null> {
    if (!decision.ok) throw decision.failure
    try {
      return await runs.append(run, decision.events)
    } catch (error) {
      if (isFailure(error, 'store.conflict') && attempt < DECIDE_AT_MOST) return null
      throw error
    }
  }

  return {
    async request(asking) {
      require('request', asking.by)
      const at = clock().toISOString()
      const { cluster, goal, by, conversation, requestId } = asking
      const id = newRunId()
      // Both go out together, so Redis brings them to disk with one fsync. A job without its run ends at once.
      const [created] = await Promise.all([
        runs.create({ type: 'requested', at, run: id, cluster, goal, by, conversation }, requestId),
        producer.begin(id),
        producer.redraw(id),
      ])
      if (created.kind === 'created') return { kind: 'started', runId: id }
      if (created.kind === 'replayed') throw new Failure('run.replayed')
      return { kind: 'joined', run: await change(created.runId, () => ({ type: 'join', by, at })) }
    },

    approve: (runId, digest, by) =>
      change(runId, (run) => {
        const at = clock().toISOString()
        const expiresAt = run.state.kind === 'planned' ? run.state.expiresAt : at
        const approval = signApproval({ run: runId, digest, by, at, expiresAt }, signingKey)
        return { type: 'approve', approval, at }
      }),
    reject: (runId, by, reason) =>
      change(runId, () => ({ type: 'reject', by, reason, at: clock().toISOString() })),
    cancel: (runId, by) => change(runId, () => ({ type: 'cancel', by, at: clock().toISOString() })),

    async run(runId, by) {
      require('request', by)
      return load(runId)
    },
    async runs(by, limit) {
      require('request', by)
      return runs.recent(limit)
    },
    async ask(question, asked) {
      require('request', asked.by)
      await producer.look({ question, asked })
    },
    rightsOf: (person) => ({
      request: refusalFor(policy, 'request', person, null) === null,
      approve: refusalFor(policy, 'approve', person, null) === null,
    }),
    approversOf: (run) => approversOf(policy, run),
  }
}

function isFailure(error: unknown, code: FailureCode): boolean {
  return error instanceof Failure && error.code === code
}
