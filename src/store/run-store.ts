import { type Redis, ReplyError } from 'ioredis'
import { evolve, Failure, isOver, type Run, type RunEvent, replay } from '../recovery/index.ts'
import { defineScripts } from './scripts.ts'

/** What became of a request: a new run, the run that is open already, or nothing because it was taken before. */
export type Created =
  | { readonly kind: 'created'; readonly run: Run }
  | { readonly kind: 'open'; readonly runId: string }
  | { readonly kind: 'replayed' }

/** Where the card of a run stands, and which version of the run it shows. */
export interface PostedCard {
  readonly channelId: string
  /** Null: the channel does not take it, and the person who asked was told. */
  readonly ts: string | null
  readonly version: number
}

/**
 * Runs as streams of events. An append names the version it was decided on and fails with `store.conflict` when
 * somebody else was first; all calls fail with `store.unavailable` when Redis does not answer, and those that write with `store.uncertain`
 * when they were sent and no answer came.
 */
export interface RunStore {
  /** Takes a request down. `requestId` makes a repeated delivery of the same request harmless; null: none is known. */
  create(requested: RequestedEvent, requestId: string | null): Promise<Created>
  load(runId: string): Promise<Run | null>
  /** Appends decided events and gives the run as it is then. Without events it gives the run unchanged. */
  append(run: Run, events: readonly RunEvent[]): Promise<Run>
  openRuns(): Promise<readonly Run[]>
  /** The latest runs, newest first. */
  recent(limit: number): Promise<readonly Run[]>
  cardOf(runId: string): Promise<PostedCard | null>
  saveCard(runId: string, card: PostedCard): Promise<void>
  /** Some runs whose card does not show their latest version, those that are over included; no more than `limit`. */
  undrawn(limit: number): Promise<readonly Run[]>
  countUndrawn(): Promise<number>
}

export type RequestedEvent = Extract<RunEvent, { readonly type: 'requested' }>

/** All keys of Reagent; the braces keep them in one slot of a Redis Cluster. */
export const KEY_PREFIX = '{reagent}'

/** Slack lets a captured request be replayed for five minutes; twice that is remembered. */
const REMEMBER_REQUEST_MS = 600_000

/** Opens the runs kept in Redis under `prefix` (a Redis Cluster hash tag such as `{reagent}`). */
export function createRunStore(redis: Redis, prefix: string): RunStore {
  const scripts = defineScripts(redis)
  const key = (name: string) => `${prefix}:${name}`

  /** What a script answered that writes. Once it was sent, no answer does not mean that nothing was written. */
  async function written<T>(reply: Promise<T>): Promise<T> {
    const wasSent = redis.status === 'ready'
    try {
      return await reply
    } catch (error) {
      const isRefused = !wasSent || error instanceof ReplyError
      throw storeFailure(error, isRefused ? 'store.unavailable' : 'store.uncertain')
    }
  }

  async function appendRaw(
    base: { runId: string; slot: string; version: number; ends: boolean; hasCard: boolean },
    events: readonly RunEvent[],
    creation: { atMs: number; requestId: string | null },
  ) {
    const rememberMs = creation.requestId === null ? 0 : REMEMBER_REQUEST_MS
    const [outcome, detail] = await written(
      scripts.appendRun(
        {
          run: key(`run:${base.runId}`),
          open: key('open'),
          runs: key('runs'),
          taken: key(`taken:${creation.requestId ?? ''}`),
          undrawn: key('undrawn'),
        },
        [
          base.version,
          base.runId,
          base.slot,
          base.ends ? 1 : 0,
          creation.atMs,
          rememberMs,
          base.hasCard ? 1 : 0,
          ...events.map((event) => JSON.stringify(event)),
        ],
      ),
    )
    return { outcome: String(outcome), detail: String(detail) }
  }

  const store: RunStore = {
    async create(requested, requestId) {
      const run = evolve(null, requested)
      const hasCard = run.conversation !== null
      const base = { runId: run.id, slot: slotOf(run), version: 0, ends: false, hasCard }
      const creation = { atMs: Date.parse(requested.at), requestId }
      const { outcome, detail } = await appendRaw(base, [requested], creation)
      if (outcome === 'ok') return { kind: 'created', run }
      if (outcome === 'open') return { kind: 'open', runId: detail }
      if (outcome === 'replayed') return { kind: 'replayed' }
      throw new Failure('store.conflict', { run: run.id })
    },

    async load(runId) {
      const entries = await answered(redis.xrange(key(`run:${runId}`), '-', '+'))
      return replay(entries.map(eventOf))
    },

    async append(run, events) {
      if (events.length === 0) return run
      const next = events.reduce<Run>(evolve, run)
      const { id, version } = run
      const hasCard = run.conversation !== null
      const base = { runId: id, slot: slotOf(run), version, ends: isOver(next), hasCard }
      const { outcome } = await appendRaw(base, events, { atMs: 0, requestId: null })
      if (outcome !== 'ok') throw new Failure('store.conflict', { run: id })
      return next
    },

    async openRuns() {
      return loadAll(await answered(redis.hvals(key('open'))))
    },

    async recent(limit) {
      return loadAll(await answered(redis.zrevrange(key('runs'), 0, limit - 1)))
    },

    async cardOf(runId) {
      const card = await answered(redis.hgetall(key(`card:${runId}`)))
      const { channelId, ts, version } = card
      if (!channelId) return null
      return { channelId, ts: ts || null, version: Number(version) }
    },

    async saveCard(runId, card) {
      const { channelId, ts, version } = card
      const keys = { card: key(`card:${runId}`), undrawn: key('undrawn') }
      await written(scripts.saveCard(keys, [runId, channelId, ts ?? '', version]))
    },

    async undrawn(limit) {
      const ids = await answered(redis.hkeys(key('undrawn')))
      return loadAll(ids.slice(0, limit))
    },

    countUndrawn: () => answered(redis.hlen(key('undrawn'))),
  }

  async function loadAll(ids: readonly string[]): Promise<readonly Run[]> {
    const runs = await Promise.all(ids.map((id) => store.load(id)))
    return runs.filter((run) => run !== null)
  }

  return store
}

/** Of which there is at most one open run: looking never waits for repairing. */
function slotOf({ goal, cluster }: Run): string {
  return `${goal === 'diagnose' ? 'look' : 'write'} ${cluster}`
}

function eventOf([, fields]: [id: string, fields: string[]]): RunEvent {
  return JSON.parse(fields[1] ?? 'null') as RunEvent
}

async function answered<T>(reply: Promise<T>): Promise<T> {
  try {
    return await reply
  } catch (error) {
    throw storeFailure(error, 'store.unavailable')
  }
}

function storeFailure(error: unknown, code: 'store.unavailable' | 'store.uncertain'): Failure {
  return error instanceof Failure ? error : new Failure(code, {}, { cause: error })
}
