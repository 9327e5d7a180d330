import type { Log } from './log.ts'
import type { Meter } from './meter.ts'
import type { Figures } from './metrics.ts'
import { createReadiness, type Readiness } from './readiness.ts'
import { type Page, servePages } from './serve.ts'
import { within } from './within.ts'

/** What one process tells about itself: `/healthz`, `/readyz` and `/metrics`. */
export interface Observation {
  /** `HOST:PORT` where it is served; null: nowhere. */
  readonly address: string | null
  readonly meter: Meter
  readonly readiness: Pick<Readiness, 'add' | 'become'>
  /** What is looked up each time metrics are asked for, from now on. */
  lookUp(figures: () => Promise<Figures>): void
  close(): Promise<void>
}

export interface ObservationOptions {
  /** Null: nothing is served. */
  readonly listen: { readonly host: string; readonly port: number } | null
  readonly version: string
  readonly role: string
  readonly log: Log
}

// A prober of Kubernetes waits for a second, Prometheus for ten, unless told otherwise.
const LOOK_LIMIT_MS = 800
const FIGURES_LIMIT_MS = 3_000

/** Serves health and metrics from now on, at first as not ready. Fails with `observe.not-listening`. */
export async function openObservation(options: ObservationOptions): Promise<Observation> {
  const { listen, log, version, role } = options
  // Loaded here, because a terminal never needs it.
  const { createMetrics } = await import('./metrics.ts')
  const metrics = createMetrics({ version, role })
  const readiness = createReadiness(LOOK_LIMIT_MS)
  let lookUp: (() => Promise<Figures>) | null = null

  async function figures(): Promise<Figures | null> {
    if (!lookUp) return null
    try {
      return await within(FIGURES_LIMIT_MS, lookUp)
    } catch (error) {
      log.warn({ error }, 'queues and runs could not be looked up for the metrics')
      return null
    }
  }

  const server =
    listen &&
    (await servePages(
      {
        // It says that the event loop turns, and asks nobody else: a Redis that is away is no reason to start this process anew.
        '/healthz': async () => ({ status: 200, contentType: 'text/plain', text: 'ok\n' }),
        '/readyz': async () => readyPage(await readiness.look()),
        '/metrics': async () => {
          const [{ parts }, found] = await Promise.all([readiness.look(), figures()])
          const ready = Object.fromEntries(parts.map(({ name, ok }) => [name, ok]))
          const text = await metrics.text(ready, found)
          return { status: 200, contentType: metrics.contentType, text }
        },
      },
      listen,
      log,
    ))
  return {
    address: server?.address ?? null,
    meter: metrics.meter,
    readiness,
    lookUp(next) {
      lookUp = next
    },
    close: async () => server?.close(),
  }
}

/** One line a part, so that it can be read as it is. */
function readyPage({ ready, parts }: Awaited<ReturnType<Readiness['look']>>): Page {
  const lines = parts.map((part) => `  ${JSON.stringify(part)}`).join(',\n')
  return {
    status: ready ? 200 : 503,
    contentType: 'application/json',
    text: `{"ready":${ready},"parts":[\n${lines}\n]}\n`,
  }
}
