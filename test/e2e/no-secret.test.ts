import { Redis } from 'ioredis'
import { describe, expect, it } from 'vitest'
import { type Line, playScenario, scenarios } from '../../lab/scenarios/index.ts'
import type { World } from '../../lab/world/index.ts'

describe('secrets', () => {
  for (const name of ['ca-rotated', 'token-revoked', 'rancher-down', 'apply-refused-halfway']) {
    it(`appear in no log, no card, no transcript and nowhere in Redis: ${name}`, {
      timeout: 90_000,
    }, async () => {
      const scenario = scenarios.find((one) => one.name === name)
      if (!scenario) throw new Error(`there is no scenario ${name}`)
      const lines: Line[] = []
      await playScenario(
        scenario,
        { timeScale: 0.02, stableFor: '1200ms', probeLimit: '10s' },
        (line) => lines.push(line),
        async (world) => {
          const sinks = {
            log: world.output(),
            slack: saidInSlack(world),
            transcript: JSON.stringify(lines),
            redis: await everythingIn(world),
          }
          expect(sinks.redis).toContain('myk8s')
          expect(sinks.slack).toContain('myk8s')
          for (const [what, secret] of secretsOf(world)) {
            for (const [sink, text] of Object.entries(sinks)) {
              expect(text.includes(secret), `${what} in ${sink}`).toBe(false)
            }
          }
        },
      )
    })
  }
})

/** What was said to Slack. Bolt asks with its token in the body whose token it is; that is no message. */
function saidInSlack({ slack }: World): string {
  return slack.transcript
    .filter(({ to }) => to !== 'api/auth.test')
    .map(({ plain }) => plain)
    .join('\n')
}

/** Everything that would open a door if somebody read it. */
function secretsOf(world: World): readonly (readonly [string, string])[] {
  const { rancher, slack, clusterId, env } = world
  const tokens = rancher.sessions(clusterId).map(({ token }) => token)
  const rancherSecret = rancher.apiToken.split(':')[1] ?? ''
  const key = /client-key-data: "?([A-Za-z0-9+/=]{40})/.exec(world.cluster.kubeconfig)?.[1] ?? ''
  const pem = env.REAGENT_SIGNING_KEY?.split('\n')[1] ?? ''
  const secrets = [
    ['Rancher token', rancherSecret],
    ['kubeconfig key', key],
    ['Slack bot token', slack.botToken],
    ['Slack signing secret', slack.signingSecret],
    ['signing key', pem],
    ...tokens.map((token) => ['registration token', token] as const),
  ] as const
  for (const [what, secret] of secrets)
    expect(secret.length, `${what} is planted`).toBeGreaterThan(10)
  return secrets
}

/** Every key of the world's Redis with its value, as text. */
async function everythingIn(world: World): Promise<string> {
  const redis = new Redis({ path: (world.env.REDIS_URL ?? '').replace('unix://', '') })
  const parts: string[] = []
  for (const key of await redis.keys('*')) {
    const dump = await redis.dumpBuffer(key)
    parts.push(key, dump?.toString('latin1') ?? '', JSON.stringify(await readable(redis, key)))
  }
  redis.disconnect()
  return parts.join('\n')
}

/** The value of a key; what is dumped may be compressed, so it is read by its type as well. */
async function readable(redis: Redis, key: string): Promise<unknown> {
  switch (await redis.type(key)) {
    case 'string':
      return redis.get(key)
    case 'hash':
      return redis.hgetall(key)
    case 'stream':
      return redis.xrange(key, '-', '+')
    case 'list':
      return redis.lrange(key, 0, -1)
    case 'zset':
      return redis.zrange(key, '0', '-1')
    case 'set':
      return redis.smembers(key)
    default:
      return null
  }
}
