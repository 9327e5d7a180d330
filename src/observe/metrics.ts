import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'
import { FINAL_STATES } from '../recovery/index.ts'
import type { Meter } from './meter.ts'

/** What has to be looked up when metrics are asked for. Shared by all processes on one Redis, so it is the same in each. */
export interface Figures {
  /** By state; 0 where there is none. */
  readonly openRuns: Readonly<Record<string, number>>
  /** Runs whose card does not show their latest state. */
  readonly undrawnCards: number
  readonly queues: readonly {
    readonly queue: string
    /** By state; 0 where there is none. */
    readonly jobs: Readonly<Record<string, number>>
    readonly oldestWaitingSeconds: number
  }[]
}

export interface Metrics {
  readonly meter: Meter
  readonly contentType: string
  /** All metrics in Prometheus' text format. `figures` are null when they could not be looked up: then their gauges are left out. */
  text(ready: Readonly<Record<string, boolean>>, figures: Figures | null): Promise<string>
}

// Slack gives up after 3 s; Reagent answers by 2.5 s in any case.
const ACKNOWLEDGEMENT_S = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 1.5, 2, 2.5, 3, 5]
const CALL_S = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]
const JOB_S = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60]
const CARD_S = [0.1, 0.25, 0.5, 1, 2, 3, 5, 10, 30, 60, 300]
const RUN_S = [5, 15, 30, 60, 120, 180, 300, 600, 900, 1_800, 3_600]
const RATE_LIMIT_S = [1, 2, 5, 10, 30, 60]

/** Makes the registry of one process with every metric that it serves. Names follow Prometheus' conventions: base units, `_total` for counters. */
export function createMetrics(about: { readonly version: string; readonly role: string }): Metrics {
  const registry = new Registry()
  const registers = [registry]
  const counter = <L extends string>(name: string, help: string, labelNames: readonly L[]) =>
    new Counter({ name: `reagent_${name}`, help, labelNames, registers })
  const gauge = <L extends string>(name: string, help: string, labelNames: readonly L[]) =>
    new Gauge({ name: `reagent_${name}`, help, labelNames, registers })
  const seconds = <L extends string>(
    name: string,
    help: string,
    labelNames: readonly L[],
    buckets: number[],
  ) => new Histogram({ name: `reagent_${name}_seconds`, help, labelNames, buckets, registers })

  const buildInfo = gauge('build_info', 'Always 1; the labels say what runs.', ['version', 'role'])
  const ready = gauge('ready', 'Whether a part can do its work now, as /readyz says.', ['part'])

  const commands = counter('commands_total', 'Slash commands answered.', ['command', 'outcome'])
  const clicks = counter('clicks_total', 'Pressed buttons and sent windows answered.', [
    'action',
    'outcome',
  ])
  const acknowledgements = seconds(
    'acknowledgement_duration',
    'From the arrival of a command or click to its acknowledgement. Slack gives up after 3 s.',
    ['kind'],
    ACKNOWLEDGEMENT_S,
  )
  const cardDelays = seconds(
    'card_delay',
    'From a change of a run to its card showing it.',
    [],
    CARD_S,
  )
  const undrawnCards = gauge(
    'cards_undrawn',
    'Runs whose card does not show their latest state. The same in every process: take the maximum.',
    [],
  )

  const runs = counter(
    'runs_total',
    'Runs that reached their end. Counted once, by the process that wrote the end down.',
    ['outcome'],
  )
  const recoveries = seconds('recovery_duration', 'From request to proven recovery.', [], RUN_S)
  const openRuns = gauge(
    'runs_open',
    'Runs that are not over, by state. The same in every process: take the maximum.',
    ['state'],
  )

  const jobs = seconds(
    'job_duration',
    'Attempts at jobs. One that ended with "again" looks once more later.',
    // Not "job": Prometheus puts its own label of that name on whatever it scrapes.
    ['job_name', 'outcome'],
    JOB_S,
  )
  const queueJobs = gauge(
    'queue_jobs',
    'Jobs on a queue, by state. The same in every process: take the maximum.',
    ['queue', 'state'],
  )
  const queueAge = gauge(
    'queue_oldest_waiting_seconds',
    'How long the oldest job has been due that nobody has begun. The same in every process: take the maximum.',
    ['queue'],
  )

  const callLabels = ['call', 'outcome'] as const
  const slackCalls = seconds('slack_call_duration', 'Calls of Slack.', callLabels, CALL_S)
  const rateLimits = seconds(
    'slack_rate_limit',
    'How long Slack asked to wait (429), one observation a refusal.',
    ['call'],
    RATE_LIMIT_S,
  )
  const rancherCalls = seconds('rancher_call_duration', 'Calls of Rancher.', callLabels, CALL_S)
  const clusterCalls = seconds(
    'cluster_call_duration',
    'Calls of the API servers of clusters.',
    callLabels,
    CALL_S,
  )
  const clusterWrites = counter(
    'cluster_writes_total',
    'Objects of agents that were to be written on clusters.',
    ['outcome'],
  )

  collectDefaultMetrics({ register: registry })
  buildInfo.set(about, 1)
  // What has not happened yet is 0 rather than absent, so that its first time is an increase.
  for (const outcome of FINAL_STATES) runs.inc({ outcome }, 0)
  clusterWrites.inc({ outcome: 'ok' }, 0)

  return {
    contentType: registry.contentType,
    meter: {
      request({ kind, name, outcome, seconds }) {
        if (kind === 'command') commands.inc({ command: name, outcome })
        else clicks.inc({ action: name, outcome })
        acknowledgements.observe({ kind }, seconds)
      },
      job: ({ job, outcome, seconds }) => jobs.observe({ job_name: job, outcome }, seconds),
      runOver({ outcome, seconds }) {
        runs.inc({ outcome })
        if (outcome === 'recovered') recoveries.observe(seconds)
      },
      cardDrawn: (seconds) => cardDelays.observe(seconds),
      slackCall: ({ seconds, ...labels }) => slackCalls.observe(labels, seconds),
      slackRateLimit: (call, seconds) => rateLimits.observe({ call }, seconds),
      rancherCall: ({ seconds, ...labels }) => rancherCalls.observe(labels, seconds),
      clusterCall: ({ seconds, ...labels }) => clusterCalls.observe(labels, seconds),
      clusterWrite: (outcome) => clusterWrites.inc({ outcome }),
    },
    text(parts, figures) {
      for (const [part, isReady] of Object.entries(parts)) ready.set({ part }, Number(isReady))
      for (const figure of [undrawnCards, openRuns, queueJobs, queueAge]) figure.reset()
      if (figures) {
        undrawnCards.set(figures.undrawnCards)
        for (const [state, count] of Object.entries(figures.openRuns)) {
          openRuns.set({ state }, count)
        }
        for (const { queue, jobs, oldestWaitingSeconds } of figures.queues) {
          queueAge.set({ queue }, oldestWaitingSeconds)
          for (const [state, count] of Object.entries(jobs)) queueJobs.set({ queue, state }, count)
        }
      }
      return registry.metrics()
    },
  }
}
