import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startWorld, until, type World } from '../../lab/world/index.ts'
import { isOver, type Run } from '../../src/recovery/index.ts'
import { ask } from './support/ask.ts'
import { dashboard, targetsOf } from './support/dashboard.ts'
import { metricsIn } from './support/expression.ts'
import { type Sample, samplesOf, sumOf } from './support/samples.ts'

/** What Prometheus adds to everything that it scrapes. */
const ADDED_BY_PROMETHEUS = ['job', 'instance']

let world: World
let run: Run
let samples: readonly Sample[] = []
let exported: ReadonlySet<string> = new Set()
let output = ''

/** Plays the whole story once, bot and worker apart, with a slow Slack and a mistake in it, and reads both processes' metrics. */
beforeAll(async () => {
  world = await startWorld({
    timeScale: 0.02,
    stableFor: '1200ms',
    probeLimit: '10s',
    roles: 'split',
  })
  const { slack } = world
  world.rancher.rotateCa()
  await world.startReagent()
  slack.rateLimit('chat.update', { retryAfterSeconds: 1 })
  await slack.say('oncall', '/rancher reagnet myk8s')
  await slack.say('guest', '/rancher reagent myk8s')
  await slack.say('oncall', '/rancher reagent myk8s')
  const card = await slack.waitFor(
    () => slack.messages().find(({ blocks }) => JSON.stringify(blocks).includes('"approve"')),
    20_000,
  )
  await slack.click('oncall', { actionId: 'whole-plan', card })
  await slack.click('lead', { actionId: 'approve', card })
  await slack.say('oncall', '/rancher clusters')
  run = await until('the run to be over and drawn', async () => {
    const [newest] = await world.runs.recent(1)
    if (!newest || !isOver(newest)) return null
    const drawn = await world.runs.cardOf(newest.id)
    return drawn?.version === newest.version ? newest : null
  })
  await until('the metrics to say so', async () => {
    const texts = await Promise.all(
      world.processes.map(async ({ observeUrl }) => (await ask(observeUrl, '/metrics')).text),
    )
    samples = texts.flatMap(samplesOf)
    exported = new Set(texts.flatMap(headingsOf))
    return sumOf(samples, 'reagent_runs_total', { outcome: 'recovered' })
  })
  output = world.output()
}, 90_000)
afterAll(() => world.close())

/** Names of metrics as the text announces them, without what a histogram adds. */
function headingsOf(text: string): readonly string[] {
  return [...text.matchAll(/^# TYPE (\S+)/gm)].map(([, name = '']) => name)
}

describe('the metrics after a story', () => {
  const counted: readonly (readonly [string, Readonly<Record<string, string>>, number])[] = [
    ['reagent_commands_total', { command: 'reagent', outcome: 'ok' }, 1],
    ['reagent_commands_total', { command: 'reagent', outcome: 'policy.may-not-request' }, 1],
    ['reagent_commands_total', { command: 'unknown', outcome: 'not-understood' }, 1],
    ['reagent_commands_total', { command: 'clusters', outcome: 'ok' }, 1],
    ['reagent_clicks_total', { action: 'approve', outcome: 'ok' }, 1],
    ['reagent_clicks_total', { action: 'whole-plan', outcome: 'ok' }, 1],
    ['reagent_acknowledgement_duration_seconds_count', { kind: 'command' }, 4],
    ['reagent_acknowledgement_duration_seconds_count', { kind: 'click' }, 2],
    ['reagent_runs_total', {}, 1],
    ['reagent_runs_total', { outcome: 'recovered' }, 1],
    ['reagent_recovery_duration_seconds_count', {}, 1],
    ['reagent_slack_rate_limit_seconds_count', { call: 'chat.update' }, 1],
    ['reagent_slack_rate_limit_seconds_sum', { call: 'chat.update' }, 1],
    ['reagent_slack_call_duration_seconds_count', { call: 'chat.postMessage', outcome: 'ok' }, 1],
    ['reagent_cluster_writes_total', { outcome: 'ok' }, 2],
    ['reagent_build_info', { role: 'bot' }, 1],
    ['reagent_build_info', { role: 'worker' }, 1],
  ]
  for (const [name, labels, value] of counted) {
    it(`say ${value} for ${name} ${JSON.stringify(labels)}`, () => {
      expect(sumOf(samples, name, labels)).toBe(value)
    })
  }

  it('say how long jobs took, each delivery of one for itself: a job may run twice', () => {
    const name = 'reagent_job_duration_seconds_count'
    expect(sumOf(samples, name, { job_name: 'apply', outcome: 'done' })).toBeGreaterThanOrEqual(1)
  })

  it('say how long calls of Rancher and of the cluster took', () => {
    for (const system of ['rancher', 'cluster']) {
      const name = `reagent_${system}_call_duration_seconds`
      expect(sumOf(samples, `${name}_count`, { outcome: 'ok' })).toBeGreaterThan(3)
      expect(sumOf(samples, `${name}_sum`)).toBeGreaterThan(0)
    }
  })

  it('name no cluster, no run, no person and no channel, and take no label that Prometheus uses', () => {
    const values = samples.flatMap(({ labels }) => Object.values(labels))
    const ids = [world.clusterId, run.id, 'myk8s', 'U0', 'T0', 'C0', '127.0.0.1']
    expect(values.filter((value) => ids.some((id) => value.includes(id)))).toEqual([])
    const names = samples.flatMap(({ labels }) => Object.keys(labels))
    expect(names.filter((name) => ADDED_BY_PROMETHEUS.includes(name))).toEqual([])
  })
})

describe('the dashboard', () => {
  const uses = targetsOf(dashboard).flatMap((target) =>
    metricsIn(target.expr).map((use) => ({ ...target, ...use })),
  )

  it('asks only for metrics and labels that Reagent exports', () => {
    for (const { panel, expr, metric, labels } of uses) {
      const found = samples.filter(({ name }) => name === metric)
      expect(found, `${panel}: ${metric} in ${expr}`).not.toEqual([])
      const known = new Set(found.flatMap((sample) => Object.keys(sample.labels)))
      const unknown = labels.filter(
        (name) => !known.has(name) && !ADDED_BY_PROMETHEUS.includes(name),
      )
      expect(unknown, `${panel}: labels of ${metric} in ${expr}`).toEqual([])
    }
  })

  it('shows every metric that is Reagent’s own', () => {
    const shown = new Set(uses.map(({ metric }) => metric.replace(/_(bucket|count|sum)$/, '')))
    const own = [...exported].filter((name) => name.startsWith('reagent_'))
    expect(own.length).toBeGreaterThan(10)
    expect(own.filter((name) => !shown.has(name))).toEqual([])
  })

  it('names in its legends only labels that its expressions keep', () => {
    for (const { panel, expr, legendFormat } of targetsOf(dashboard)) {
      const kept = new Set([...metricsIn(expr).flatMap(({ labels }) => labels), 'instance'])
      const named = [...legendFormat.matchAll(/\{\{(\w+)\}\}/g)].map(([, name = '']) => name)
      expect(
        named.filter((name) => !kept.has(name)),
        `${panel}: ${expr}`,
      ).toEqual([])
    }
  })

  it('lays no panel over another, and leaves the choice of the data source to its reader', () => {
    const cells = dashboard.panels.flatMap(({ gridPos: { x, y, w, h } }) =>
      Array.from({ length: w * h }, (_, n) => `${x + (n % w)}/${y + Math.floor(n / w)}`),
    )
    expect(new Set(cells).size).toBe(cells.length)
    expect(new Set(dashboard.panels.map(({ id }) => id)).size).toBe(dashboard.panels.length)
    expect(dashboard.templating.list[0]).toMatchObject({ name: 'datasource', type: 'datasource' })
    expect(JSON.stringify(dashboard).match(/"uid":"(?!\$\{datasource\}|reagent)/g)).toBeNull()
  })
})

describe('the log of a story', () => {
  type LogLine = Readonly<Record<string, unknown>>
  const lines = (): readonly LogLine[] => output.split('\n').map((line) => JSON.parse(line))

  it('is JSON, a line each, with level, time and a sentence', () => {
    for (const line of lines()) {
      expect(line).toMatchObject({
        level: expect.stringMatching(/^(info|warn|error)$/),
        time: expect.stringMatching(/^\d{4}-.*Z$/),
        msg: expect.stringMatching(/./),
      })
    }
  })

  it('tells the run from the command’s receipt to the last edit of its card, with run and cluster on every line', () => {
    const ofRun = lines().filter((line) => line.run === run.id)
    expect(ofRun.every(({ cluster }) => cluster === 'myk8s')).toBe(true)
    const told = (fields: LogLine) => expect(ofRun).toContainEqual(expect.objectContaining(fields))
    told({ command: 'reagent', outcome: 'ok', msg: 'a command was answered' })
    told({ command: 'reagent', msg: 'a run was asked for', goal: 'reconnect' })
    for (const [job, state] of [
      ['diagnose', 'diagnosed'],
      ['plan', 'planned'],
      ['apply', 'applying'],
      ['apply', 'verifying'],
      ['verify', 'recovered'],
    ]) {
      told({ job, state, msg: 'the run has a new state' })
      told({ job, outcome: 'done', msg: 'a job ended' })
    }
    told({ click: 'whole-plan', outcome: 'ok' })
    told({ click: 'approve', outcome: 'ok', msg: 'a click was answered' })
    told({
      job: 'announce',
      state: 'recovered',
      version: run.version,
      msg: 'the card shows the run',
    })
  })

  it('leaves no line of a job or a request about the run without its id', () => {
    const aboutNoRun = new Set(['sweep', 'catch-up', 'look', 'answer', 'consumer'])
    const without = lines().filter(({ run }) => run === undefined)
    for (const line of without) {
      const { job, command, click, outcome } = line
      const isOfNoRun =
        aboutNoRun.has(String(job)) || command === 'clusters' || (command && outcome !== 'ok')
      if (job ?? command ?? click) expect(isOfNoRun, JSON.stringify(line)).toBe(true)
    }
  })

  it('holds no token', () => {
    const { rancher, slack, clusterId, env } = world
    const secrets = [
      rancher.apiToken.split(':')[1],
      slack.botToken,
      slack.signingSecret,
      env.REAGENT_SIGNING_KEY?.split('\n')[1],
      ...rancher.sessions(clusterId).map(({ token }) => token),
    ]
    for (const secret of secrets) {
      expect(secret?.length).toBeGreaterThan(10)
      expect(output.includes(secret ?? '')).toBe(false)
    }
  })
})
