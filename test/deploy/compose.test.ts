import { DCLinter } from 'dclint'
import { describe, expect, it } from 'vitest'
import { usesOf } from './support/known-variables.ts'
import { readCompose } from './support/read-compose.ts'
import { REPOSITORY, readText } from './support/repository.ts'

const HTTP = ['deploy/compose.yaml']
const SOCKET_MODE = [...HTTP, 'deploy/compose.socket-mode.yaml']
const variants = [
  { name: 'over HTTP', files: HTTP, project: readCompose(...HTTP) },
  { name: 'over Socket Mode', files: SOCKET_MODE, project: readCompose(...SOCKET_MODE) },
]

/** What dclint objects to; its own types are not published. */
interface Linted {
  readonly messages: readonly { readonly rule: string; readonly message: string }[]
}

function lint(...files: readonly string[]): readonly string[] {
  const rules = {
    // Order is a matter of taste: here what belongs together stands together.
    'service-keys-order': 0,
    'top-level-properties-order': 0,
    'require-quotes-in-ports': [1, { quoteType: 'double' }],
  } as const
  const linter = new DCLinter({ rules: { ...rules }, quiet: false, debug: false, exclude: [] })
  const paths = files.map((file) => `${REPOSITORY}${file}`)
  const found: readonly Linted[] = linter.lintFiles(paths, false)
  return found.flatMap(({ messages }) => messages.map(({ rule, message }) => `${rule}: ${message}`))
}

describe('the Compose files', () => {
  it('follow the Compose specification’s schema, and a linter has no objection', () => {
    expect(lint(...SOCKET_MODE)).toEqual([])
    expect(lint('deploy/slack-manifest.yaml')).toEqual([expect.stringMatching(/^invalid-schema/)])
  })
})

describe.each(variants)('the services $name', ({ name, project }) => {
  const services = Object.entries(project.services)
  const { bot, redis, worker } = project.services

  it('run without rights, on a root file system that cannot be written, within limits', () => {
    for (const [service, settings] of services) {
      expect(settings, service).toMatchObject({
        read_only: true,
        cap_drop: ['ALL'],
        security_opt: ['no-new-privileges:true'],
        restart: 'unless-stopped',
        deploy: {
          resources: {
            limits: {
              cpus: expect.any(String),
              memory: expect.stringMatching(/^\d+M$/),
              pids: expect.any(Number),
            },
          },
        },
      })
      expect(settings).not.toHaveProperty('privileged')
      for (const volume of settings.volumes.filter(({ type }) => type === 'bind')) {
        expect(volume, service).toMatchObject({
          read_only: true,
          bind: { create_host_path: false },
        })
      }
    }
    expect(redis.user).toMatch(/^[1-9]\d*:[1-9]\d*$/)
  })

  it('wait for a healthy Redis, and are given the time that running jobs need to end', () => {
    for (const service of [bot, worker]) {
      expect(service).toMatchObject({ depends_on: { redis: { condition: 'service_healthy' } } })
      const grace = /STOP_GRACE_MS = ([\d_]+)/.exec(readText('src/main/start.ts'))?.[1]
      expect(Number.parseInt(service.stop_grace_period, 10) * 1_000).toBeGreaterThan(
        2 * Number(grace?.replaceAll('_', '')),
      )
    }
  })

  it('publish what Slack calls and nothing else', () => {
    const published = services.flatMap(([, { ports }]) => ports)
    // On loopback only, for a reverse proxy beside it.
    expect(published).toEqual(name === 'over HTTP' ? ['127.0.0.1:3000:3000'] : [])
  })

  it('keep Redis where only bot and worker reach it', () => {
    expect(redis.networks).toEqual(['inside'])
    expect(project).toMatchObject({ networks: { inside: { internal: true } } })
  })

  it('get variables that their role reads, each secret as a file that is there', () => {
    for (const [role, service] of [
      ['bot', bot],
      ['worker', worker],
    ] as const) {
      for (const [variable, value] of Object.entries(service.environment)) {
        expect(variable, 'a path, not the secret itself').toMatch(/_FILE$/)
        expect(usesOf(role).get(variable), variable).toMatch(/^(required|optional)$/)
        expect(service.secrets).toContain(/^\/run\/secrets\/(.+)$/.exec(value)?.[1])
      }
      expect(service.secrets).toHaveLength(Object.keys(service.environment).length)
    }
    const used = services.flatMap(([, { secrets }]) => secrets)
    expect(used.filter((secret) => !(secret in project.secrets))).toEqual([])
  })

  it('cannot do each other’s work: the bot has nothing of Rancher, the worker nothing of Slack', () => {
    expect(Object.keys(bot.environment).filter((variable) => /RANCHER/.test(variable))).toEqual([])
    expect(bot.volumes.map(({ source }) => source)).toEqual(['./config/reagent.yaml'])
    const foreign = /SLACK|SIGNING/
    expect(Object.keys(worker.environment).filter((one) => foreign.test(one))).toEqual([])
    const shared = bot.secrets.filter((secret) => worker.secrets.includes(secret))
    expect(shared).toEqual(['redis-url'])
    expect([bot.command, worker.command]).toEqual([
      ['start', '--role', 'bot'],
      ['start', '--role', 'worker'],
    ])
  })
})
