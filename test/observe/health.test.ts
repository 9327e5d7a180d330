import { mkdir, mkdtemp, rename, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { type LabSlack, startSlack } from '../../lab/slack/index.ts'
import { startReagentProcess, startWorld, until } from '../../lab/world/index.ts'
import { startPrivateRedis } from '../../src/store/index.ts'
import { startRedis } from '../slack/support/redis.ts'
import { ask, askReady, notReady } from './support/ask.ts'
import { samplesOf, sumOf } from './support/samples.ts'

let slack: LabSlack
let folder = ''
let started = 0

beforeAll(async () => {
  slack = await startSlack()
  folder = await mkdtemp(join(tmpdir(), 'reagent-test-'))
})
afterAll(async () => {
  await slack.close()
  await rm(folder, { recursive: true, force: true })
})

/** Both roles in one process; nothing answers at the address of Rancher. It ends with the test. */
async function start(env: Readonly<Record<string, string>> = {}, settings = '') {
  started += 1
  const config = join(folder, `reagent-${started}.yaml`)
  await writeFile(config, settings || `slack: { team: ${slack.teamId} }\n`)
  const reagent = await startReagentProcess('all', {
    REAGENT_CONFIG: config,
    REAGENT_DATA_DIR: join(folder, `data-${started}`),
    RANCHER_URL: 'https://127.0.0.1:9',
    RANCHER_TOKEN: 'token-test:unused',
    SLACK_BOT_TOKEN: slack.botToken,
    SLACK_SIGNING_SECRET: slack.signingSecret,
    SLACK_APP_TOKEN: slack.appToken,
    SLACK_API_URL: slack.apiUrl,
    PORT: '0',
    ...env,
  })
  onTestFinished(() => reagent.kill('SIGTERM'))
  return reagent
}

/** A Redis at an address that stays the same while the server behind it goes and comes. */
async function openRedis() {
  const directory = join(folder, 'redis')
  const socketPath = join(folder, 'redis.sock')
  await mkdir(directory, { recursive: true })
  let server = await startPrivateRedis(directory, process.env.PATH ?? '')
  async function point() {
    await symlink(server.socketPath, `${socketPath}.new`)
    await rename(`${socketPath}.new`, socketPath)
  }
  await point()
  onTestFinished(() => server.stop())
  return {
    url: `unix://${socketPath}`,
    goAway: () => server.stop(),
    async comeBack() {
      server = await startPrivateRedis(directory, process.env.PATH ?? '')
      await point()
    },
  }
}

/** What it says once it does not call itself ready any more. */
async function untilNotReady(what: string, url: string | null) {
  return until(what, async () => {
    const said = await askReady(url)
    return said.ready ? null : said
  })
}

describe('health', () => {
  it('is served for GET and HEAD at its own paths only', async () => {
    const { observeUrl } = await start()
    expect(await ask(observeUrl, '/healthz')).toMatchObject({ status: 200, text: 'ok\n' })
    expect(await ask(observeUrl, '/healthz?verbose=1')).toMatchObject({ status: 200 })
    const head = await ask(observeUrl, '/metrics', { method: 'HEAD' })
    expect(head).toMatchObject({ status: 200, text: '' })
    expect(head.headers['content-type']).toContain('version=0.0.4')
    for (const path of ['/', '/healthz/', '/metrics.json', '/slack/events', '/__proto__']) {
      expect((await ask(observeUrl, path)).status, path).toBe(404)
    }
    for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS']) {
      const refused = await ask(observeUrl, '/readyz', { method })
      expect(refused.status, method).toBe(405)
      expect(refused.headers.allow).toBe('GET, HEAD')
    }
    const large = { headers: { 'x-large': 'x'.repeat(9_000) } }
    expect((await ask(observeUrl, '/healthz', large)).status).toBe(431)
  })

  it('says that everything is in order while Rancher is down', async () => {
    const { observeUrl } = await start()
    const said = await askReady(observeUrl)
    expect(said).toMatchObject({ status: 200, ready: true })
    expect(said.parts.map(({ name }) => name)).toEqual([
      'process',
      'redis',
      'work',
      'chat',
      'slack',
    ])
  })

  it('is not ready while Redis is away, lives on, and is ready again after', async () => {
    const redis = await openRedis()
    const { observeUrl } = await start({ REDIS_URL: redis.url })
    expect(notReady(await askReady(observeUrl))).toEqual([])

    await redis.goAway()
    const away = await untilNotReady('Redis to be missed', observeUrl)
    expect(away.status).toBe(503)
    expect(notReady(away)).toEqual(['redis'])
    expect((await ask(observeUrl, '/healthz')).status).toBe(200)
    const { status, text } = await ask(observeUrl, '/metrics')
    expect(status).toBe(200)
    expect(sumOf(samplesOf(text), 'reagent_ready', { part: 'redis' })).toBe(0)
    expect(sumOf(samplesOf(text), 'reagent_queue_jobs')).toBeUndefined()
    expect(sumOf(samplesOf(text), 'reagent_runs_open')).toBeUndefined()

    await redis.comeBack()
    await until('Redis to be back', async () => (await askReady(observeUrl)).ready)
    const back = samplesOf((await ask(observeUrl, '/metrics')).text)
    expect(sumOf(back, 'reagent_runs_open')).toBe(0)
  })

  it('says within a prober’s second that a Redis hangs', async () => {
    const redis = await startRedis()
    onTestFinished(() => redis.stop())
    const { observeUrl } = await start({ REDIS_URL: `unix://${redis.socketPath}` })
    redis.freeze()
    onTestFinished(() => redis.wake())
    const began = performance.now()
    expect(notReady(await askReady(observeUrl))).toEqual(['redis'])
    expect(performance.now() - began).toBeLessThan(1_000)
    redis.wake()
    await until('Redis to be back', async () => (await askReady(observeUrl)).ready)
  })

  it('is not ready while the socket to Slack is gone', async () => {
    const settings = `slack: { team: ${slack.teamId}, connection: socket }\n`
    const { observeUrl } = await start({}, settings)
    expect(notReady(await askReady(observeUrl))).toEqual([])
    await slack.goDown()
    const gone = await untilNotReady('the socket to be missed', observeUrl)
    expect(notReady(gone)).toEqual(['slack'])
    await slack.comeBack()
    await until('the socket to be back', async () => (await askReady(observeUrl)).ready)
  })

  it('is not ready once Slack refuses the token, and says what Slack calls it', async () => {
    const world = await startWorld({ timeScale: 0.02 })
    onTestFinished(() => world.close())
    await world.startReagent()
    const url = world.processes[0]?.observeUrl ?? null
    world.slack.fail('*', 'token_revoked')
    await world.slack.say('oncall', '/rancher clusters')
    const said = await untilNotReady('the refusal to be noticed', url)
    expect(said.parts).toContainEqual({
      name: 'slack',
      ok: false,
      detail: 'Slack refuses the token: token_revoked',
    })
    world.slack.fail('*', null)
  })

  it('is not ready from the moment on in which the process is asked to stop', async () => {
    const world = await startWorld({ timeScale: 0.02 })
    onTestFinished(() => world.close())
    await world.startReagent()
    const url = world.processes[0]?.observeUrl ?? null
    world.rancher.hang('/v3')
    await world.slack.say('oncall', '/rancher clusters')
    await until('a job to be under way', async () => {
      const samples = samplesOf((await ask(url, '/metrics')).text)
      return (sumOf(samples, 'reagent_queue_jobs', { queue: 'work', state: 'active' }) ?? 0) > 0
    })
    const ended = world.endWorker('SIGTERM')
    const said = await untilNotReady('the process to turn away', url)
    expect(said.status).toBe(503)
    expect(said.parts[0]).toEqual({ name: 'process', ok: false, detail: 'stopping' })
    expect((await ask(url, '/healthz')).status).toBe(200)
    world.rancher.hang(null)
    await ended
    await expect(ask(url, '/healthz')).rejects.toMatchObject({ code: 'ECONNREFUSED' })
  })

  it('at an address that is taken ends the start, and says what to do', async () => {
    const { observeUrl } = await start()
    const { host } = new URL(observeUrl ?? '')
    await expect(start({ REAGENT_OBSERVE_ADDRESS: host })).rejects.toThrow(
      new RegExp(
        `exit code 3.*Health and metrics cannot be served at ${host}: another process has this port.*REAGENT_OBSERVE_ADDRESS`,
        's',
      ),
    )
  })

  it('can be switched off', async () => {
    const { observeUrl } = await start({ REAGENT_OBSERVE_ADDRESS: 'off' })
    expect(observeUrl).toBeNull()
  })
})
