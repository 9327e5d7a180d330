import type { Terminal } from '../../../src/cli/index.ts'
import { openLog } from '../../../src/observe/index.ts'
import { createChangeRun, createOperations, type Wish } from '../../../src/operations/index.ts'
import type { Answer, Producer } from '../../../src/queue/index.ts'
import { Failure, isOver, nextStepOf, type Person } from '../../../src/recovery/index.ts'
import { diagnosis, keys, minute, object, plan, policy } from '../../recovery/history.ts'
import { keepRunsInMemory } from './memory-runs.ts'

export interface TerminalOptions {
  readonly person: Person
  /** What the workers and other people do, in order. A step that waits for a decision waits. */
  readonly steps: readonly Wish[]
  readonly answer: Answer
  readonly manifest: string
}

export interface TerminalUnderTest extends Terminal {
  readonly closed: boolean
}

const NOTHING: Producer = {
  carryOn: async () => undefined,
  begin: async () => undefined,
  redraw: async () => undefined,
  look: async () => undefined,
  answer: async () => undefined,
  sweepEvery: async () => undefined,
  catchUpEvery: async () => undefined,
  queues: async () => [],
  close: async () => undefined,
}

/** Things that happen without anybody's approval here. */
const BY_OTHERS: readonly Wish['type'][] = ['approve', 'reject', 'cancel', 'expire', 'supersede']

/** A terminal on the real operations and decisions; only store, queue and jobs are played. */
export function openTerminalUnderTest(options: TerminalOptions): TerminalUnderTest {
  const { store, changed } = keepRunsInMemory()
  const steps = [...options.steps]
  let closed = false
  let runs = 0
  let now = minute(2)
  const clock = () => new Date(now)
  const parts = {
    runs: store,
    producer: NOTHING,
    policy,
    clock,
    signingKey: keys.privateKey,
    newRunId: () => `r-${++runs}`,
    log: openLog('silent'),
  }
  const change = createChangeRun(parts)
  const operations = createOperations(parts)

  async function playStep(runId: string): Promise<boolean> {
    const run = await store.load(runId)
    const [wish] = steps
    if (!run || !wish) return false
    const isWaiting = nextStepOf(run)?.job === 'expire'
    if (isWaiting && !BY_OTHERS.includes(wish.type)) return false
    steps.shift()
    if (wish.type === 'expire') now = minute(30)
    await change(runId, () => wish)
    return true
  }

  return {
    person: options.person,
    operations,
    async *follow(runId, signal) {
      let version = 0
      while (!signal.aborted) {
        const run = await operations.run(runId, options.person)
        if (run.version > version) {
          version = run.version
          yield run
          if (isOver(run)) return
        } else if (!(await playStep(runId))) await changed(signal)
      }
    },
    ask: async () => options.answer,
    manifest: async () => options.manifest,
    async kubeconfig(cluster) {
      throw new Failure('cluster.no-credentials', { cluster, tried: 'no kubeconfig is configured' })
    },
    async close() {
      closed = true
    },
    get closed() {
      return closed
    },
  }
}

const expiresAt = minute(16)
export const firstPlan = plan([object('Deployment', 'cattle-cluster-agent', 'new')])
const secondPlan = plan([object('Deployment', 'cattle-cluster-agent', 'newer')])

export const toPlan: readonly Wish[] = [
  { type: 'begin-diagnosis' },
  { type: 'record-diagnosis', diagnosis },
  { type: 'propose', plan: firstPlan, expiresAt },
]

export const superseding: Wish = {
  type: 'supersede',
  reason: 'Rancher’s certificate authority changed',
  plan: secondPlan,
  expiresAt,
}

export const toWritten: readonly Wish[] = [
  { type: 'begin-apply', fence: 1, wasConnected: false },
  { type: 'record-writes', objects: ['Deployment cattle-system/cattle-cluster-agent'], fence: 1 },
]

export const toRecovered: readonly Wish[] = [
  ...toWritten,
  { type: 'finish-apply' },
  {
    type: 'prove',
    proof: {
      stableSince: minute(1),
      stableForMs: 60_000,
      agents: '1/1, 3/3 ready',
      rancherState: 'active',
    },
  },
]
