import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Redis } from 'ioredis'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { cardText } from '../../lab/slack/index.ts'
import {
  rotateCertificateAuthority,
  startReagentProcess,
  startWorld,
  until,
  type World,
} from '../../lab/world/index.ts'
import { environmentOn, writeComposeFolder } from './support/compose-folder.ts'
import { readCompose } from './support/read-compose.ts'
import { readText } from './support/repository.ts'

const project = readCompose('deploy/compose.yaml')
const { bot, redis, worker } = project.services

let folder = ''
let port = 0
let server: ChildProcess
let world: World

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'reagent-compose-'))
  world = await startWorld({ timeScale: 0.02 })
  await rotateCertificateAuthority(world)
  port = await freePort()
  await writeComposeFolder(folder, world, `127.0.0.1:${port}`, redisUsersOfTheGuide)
  server = await startRedis()
}, 60_000)
afterAll(async () => {
  const ended = once(server, 'exit')
  server.kill()
  await ended
  await world.close()
  await rm(folder, { recursive: true, force: true })
})

/** The users of Redis as docs/deployment.md writes them, with a password of ours. */
function redisUsersOfTheGuide(password: string): string {
  const guide = readText('docs/deployment.md')
  const [, text = ''] = /cat > secrets\/redis-users <<EOF\n([\s\S]*?\n)EOF\n/.exec(guide) ?? []
  expect(text).toContain('$PASSWORD')
  return text.replaceAll('$PASSWORD', password)
}

/** The server of compose.yaml: its command and its configuration file, with the files where they are here. */
async function startRedis(): Promise<ChildProcess> {
  const [program = '', configPath = ''] = redis.command
  const config = redis.volumes.find(({ target }) => target === configPath)
  await mkdir(join(folder, 'data'))
  const here = join(folder, 'redis.conf')
  const text = readText(`deploy/${config?.source}`)
    .replace('dir /data', `dir ${join(folder, 'data')}`)
    .replace('/run/secrets/redis-users', join(folder, 'secrets/redis-users'))
    .replace('bind * -::*', 'bind 127.0.0.1')
  await writeFile(here, `${text}port ${port}\n`)
  const child = spawn(program, [here], { stdio: ['ignore', 'ignore', 'inherit'] })
  await until('Redis to be healthy', () => isHealthy())
  return child
}

/** What the container's health check says. */
function isHealthy(): boolean {
  const [kind, command = ''] = redis.healthcheck?.test ?? []
  expect(kind).toBe('CMD-SHELL')
  const here = command.replaceAll('$$', '$').replaceAll('/run/secrets', join(folder, 'secrets'))
  return spawnSync('sh', ['-c', here], { timeout: 3_000 }).status === 0
}

describe('the Redis of compose.yaml', () => {
  it('lets nobody in without the password', async () => {
    const stranger = new Redis({ port, enableReadyCheck: false })
    stranger.on('error', () => undefined)
    await expect(stranger.ping()).rejects.toThrow('NOAUTH')
    stranger.disconnect()
  })

  it('keeps what it acknowledged, and drops nothing when memory is full', async () => {
    const admin = await connected()
    for (const [setting, value] of [
      ['appendonly', 'yes'],
      ['appendfsync', 'always'],
      ['maxmemory-policy', 'noeviction'],
    ] as const) {
      expect(await admin.config('GET', setting)).toEqual([setting, value])
    }
    admin.disconnect()
  })

  it('lets Reagent do what Reagent needs, and nothing that would destroy or reconfigure it', async () => {
    const reagent = await connected()
    await reagent.set('{reagent}:test', '1')
    for (const refused of [
      reagent.flushall(),
      reagent.config('SET', 'appendonly', 'no'),
      reagent.set('somebody-else', '1'),
    ]) {
      await expect(refused).rejects.toThrow('NOPERM')
    }
    await reagent.del('{reagent}:test')
    reagent.disconnect()
  })
})

describe('two bots and two workers, each with what compose.yaml gives it', () => {
  it('bring a cluster back together', { timeout: 90_000 }, async () => {
    const { slack } = world
    const start = (role: 'bot' | 'worker', number: number) =>
      startReagentProcess(role, {
        ...environmentOn(folder, role === 'bot' ? bot : worker, project.secrets),
        REAGENT_CONFIG: join(folder, 'config/reagent.yaml'),
        REAGENT_DATA_DIR: join(folder, `data-${role}-${number}`),
        ...(role === 'bot' ? { SLACK_API_URL: slack.apiUrl, PORT: '0' } : {}),
      })
    const running = await Promise.all([
      start('bot', 1),
      start('bot', 2),
      start('worker', 1),
      start('worker', 2),
    ])
    const [first, second] = running
    const shown = (text: string) =>
      slack.waitFor(() => {
        const card = slack.messages().at(-1)
        return card && cardText(card).includes(text) ? card : null
      }, 60_000)
    try {
      slack.connectTo(first.requestUrl)
      await slack.say('oncall', '/rancher reagent myk8s')
      const card = await shown('[Approve]')
      slack.connectTo(second.requestUrl)
      await slack.click('lead', { actionId: 'approve', card })
      await shown('is back')
      expect(world.rancher.clusterState(world.clusterId)).toBe('active')
      expect(slack.messages(), 'one card for one run').toHaveLength(1)
    } catch (error) {
      throw new Error([error, ...running.map((process) => process.output())].join('\n'))
    } finally {
      await Promise.all(running.map((process) => process.kill('SIGTERM')))
    }
    const output = running.map((process) => process.output()).join('\n')
    expect(output).not.toContain('NOPERM')
    expect(output).not.toContain('"level":"error"')
  })
})

async function connected(): Promise<Redis> {
  const url = await readFile(join(folder, 'secrets/redis-url'), 'utf8')
  return new Redis(url)
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1')
  await once(probe, 'listening')
  const address = probe.address()
  const closed = once(probe, 'close')
  probe.close()
  await closed
  return typeof address === 'object' ? (address?.port ?? 0) : 0
}
