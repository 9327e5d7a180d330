import type { RedisPart } from './contract.ts'
import { once } from './once.ts'
import { Caution, type Check, Finding } from './perform.ts'

/** BullMQ refuses older ones, and warns below the second (`RedisConnection.minimumVersion`, `recommendedMinimumVersion`). */
const OLDEST = '5.0.0'
const RECOMMENDED = '6.2.0'

/** Redis is there, new enough, keeps what it is given and allows what is needed. */
export function redisChecks(redis: RedisPart): readonly Check[] {
  if (redis.kind === 'private') {
    return [
      {
        what: 'Redis',
        test: async () => `REDIS_URL is not set: Reagent will run its own (${redis.findProgram()})`,
      },
    ]
  }
  const facts = once(redis.inspect)
  const answers: Check = {
    what: 'Redis',
    async test(signal) {
      const { version, address } = await facts(signal)
      const where = `version ${version} at ${address}`
      if (isOlder(version, OLDEST)) {
        throw new Finding(where, `Use ${RECOMMENDED} or newer: older than ${OLDEST} does not work.`)
      }
      return isOlder(version, RECOMMENDED)
        ? new Caution(where, `Plan an update: ${RECOMMENDED} or newer is recommended.`)
        : where
    },
  }
  const needs = [answers]
  return [
    answers,
    {
      what: 'Redis memory',
      needs,
      async test(signal) {
        const { maxmemoryPolicy: policy } = await facts(signal)
        if (policy === null) return unseen('maxmemory-policy', 'noeviction')
        if (policy === 'noeviction') return 'maxmemory-policy noeviction: nothing is dropped'
        throw new Finding(
          `maxmemory-policy is ${policy}: runs would be dropped when memory is short`,
          'Set maxmemory-policy to noeviction. Reagent does not start before.',
        )
      },
    },
    {
      what: 'Redis persistence',
      needs,
      async test(signal) {
        const { appendonly, appendfsync } = await facts(signal)
        if (appendonly === null) return unseen('appendonly', 'yes')
        if (appendonly !== 'yes') {
          throw new Finding(
            'appendonly is no: a restart of Redis would forget runs and approvals',
            'Set appendonly to yes. Reagent does not start before.',
          )
        }
        const seen = `appendonly yes, appendfsync ${appendfsync ?? 'unknown'}`
        if (appendfsync === 'always') return seen
        return new Caution(
          `${seen}: the last moments before a power failure can be lost`,
          'Set appendfsync to always, so that what was acknowledged is on disk.',
        )
      },
    },
    {
      what: 'Redis permissions',
      needs,
      async test(signal) {
        const { missingCommands: missing } = await facts(signal)
        if (missing === null) {
          return new Caution(
            'could not be tested: this user may not use MULTI',
            'Allow MULTI and DISCARD, or make sure that scripts and all data commands are allowed.',
          )
        }
        if (missing.length === 0) return 'scripts and all commands in use are allowed'
        throw new Finding(
          `this user may not use ${missing.join(', ')}`,
          `Allow them: ACL SETUSER … ${missing.map((one) => `+${one.toLowerCase()}`).join(' ')}`,
        )
      },
    },
  ]
}

function unseen(setting: string, wanted: string): Caution {
  return new Caution(
    `${setting} cannot be seen: this server does not answer CONFIG GET`,
    `See in the service's own settings that ${setting} is ${wanted}.`,
  )
}

function isOlder(version: string, than: string): boolean {
  return version.localeCompare(than, 'en', { numeric: true }) < 0
}
