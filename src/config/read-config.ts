import { existsSync } from 'node:fs'
import { dirname, isAbsolute, resolve } from 'node:path'
import { load, YAMLException } from 'js-yaml'
import { Failure, type Policy } from '../recovery/index.ts'
import type {
  Config,
  ListenAddress,
  RancherConfig,
  Role,
  SlackConfig,
  SlackConnection,
} from './contract.ts'
import { type Environment, refusedFor, textFrom } from './environment.ts'
import { type ConfigFile, fileSchema } from './file-schema.ts'
import { listenAddress } from './listen-address.ts'
import { readClusters } from './read-clusters.ts'
import { keyFrom, type Report, readText, secretFrom } from './secrets.ts'

/** The role whose configuration this environment is for, where nobody says it: the terminal's without a bot token. */
export function roleOf(env: Environment): Role {
  const hasBotToken = ['SLACK_BOT_TOKEN', 'SLACK_BOT_TOKEN_FILE'].some((name) => env[name])
  return hasBotToken ? 'all' : 'terminal'
}

/**
 * Reads the environment and `reagent.yaml` into one frozen value. Fails with `config.invalid`, whose fact `problems` has
 * one line for every problem found, each with its path.
 */
export function readConfig(env: Environment, role: Role): Config {
  const problems: string[] = []
  const report: Report = (path, problem) => problems.push(`${path}: ${problem}`)
  const { file, folder, path } = readFile(env, report)
  const config: Config = {
    role,
    file: path,
    slack: role === 'all' || role === 'bot' ? readSlack(env, file, report) : null,
    rancher: role === 'bot' ? null : readRancher(env, file, folder, report),
    ...readClusters(file, folder, report),
    redisUrl: readRedisUrl(env, report),
    dataDirectory: resolve(textFrom(env, 'REAGENT_DATA_DIR')),
    ...readKeys(env, role, report),
    policy: readPolicy(file, report),
    approvalExpiresInMs: file.approval.expiresIn,
    recheckEveryMs: file.approval.recheckEvery,
    proof: {
      stableForMs: file.proof.stableFor,
      giveUpAfterMs: file.proof.giveUpAfter,
      lookEveryMs: file.proof.lookEvery,
    },
    probeLimitMs: file.diagnosis.probeLimit,
    queue: {
      concurrency: file.queue.concurrency,
      lockMs: file.queue.lock,
      sweepEveryMs: file.queue.sweepEvery,
    },
    observe: readObserveAddress(env, file, report),
    logLevel: readLogLevel(env, report),
    path: textFrom(env, 'PATH'),
  }
  refuseForeignCredentials(env, role, report)
  if (problems.length > 0) {
    throw new Failure('config.invalid', {
      problems: problems.map((line) => `- ${line}`).join('\n'),
    })
  }
  return Object.freeze(config)
}

interface ReadFile {
  readonly file: ConfigFile
  readonly folder: string
  readonly path: string | null
}

function readFile(env: Environment, report: Report): ReadFile {
  const path = resolve(textFrom(env, 'REAGENT_CONFIG'))
  const folder = dirname(path)
  const empty = { file: fileSchema.parse({}), folder, path: null }
  if (env.REAGENT_CONFIG === undefined && !existsSync(path)) return empty
  const text = readText(path, 'REAGENT_CONFIG', report)
  if (text === null) return empty
  const content = parseYaml(text, report)
  for (const at of unreadableKeys(content)) report(at, 'no key and no cluster can be called so')
  const parsed = fileSchema.safeParse(content)
  if (parsed.success) return { file: parsed.data, folder, path }
  for (const issue of parsed.error.issues) {
    const at = issue.path.join('.')
    if (issue.code === 'unrecognized_keys') {
      for (const key of issue.keys) report(at ? `${at}.${key}` : key, 'unknown key')
    } else {
      report(at || 'reagent.yaml', issue.message)
    }
  }
  return empty
}

function parseYaml(text: string, report: Report): unknown {
  if (text.trim() === '') return {}
  try {
    return load(text, { maxAliases: 0 }) ?? {}
  } catch (error) {
    const mark = error instanceof YAMLException ? error.mark : undefined
    const where = mark ? ` at line ${mark.line + 1}, column ${mark.column + 1}` : ''
    report('reagent.yaml', `not valid YAML${where}`)
    return {}
  }
}

/** Paths of keys that the schema passes over in silence: JavaScript keeps that name for itself. */
function unreadableKeys(value: unknown, at = ''): readonly string[] {
  if (value === null || typeof value !== 'object') return []
  return Object.entries(value).flatMap(([name, inner]) => {
    const path = at === '' ? name : `${at}.${name}`
    return name === '__proto__' ? [path] : unreadableKeys(inner, path)
  })
}

function readSlack(env: Environment, file: ConfigFile, report: Report): SlackConfig | null {
  const botToken = secretFrom(env, 'SLACK_BOT_TOKEN', report)
  if (!botToken?.reveal()) report('SLACK_BOT_TOKEN', 'is required to run the bot')
  const teamId = file.slack.team
  if (!teamId) report('slack.team', 'is required to run the bot: the id of your workspace')
  const connection = readConnection(env, file, report)
  if (!botToken || !teamId || !connection) return null
  return { connection, botToken, teamId, apiUrl: textFrom(env, 'SLACK_API_URL') }
}

function readConnection(
  env: Environment,
  file: ConfigFile,
  report: Report,
): SlackConnection | null {
  if (file.slack.connection === 'socket') {
    const appToken = secretFrom(env, 'SLACK_APP_TOKEN', report)
    if (appToken?.reveal()) return { kind: 'socket', appToken }
    report('SLACK_APP_TOKEN', 'is required for slack.connection: socket')
    return null
  }
  const port = Number(textFrom(env, 'PORT'))
  if (!Number.isInteger(port) || port < 0 || port > 65_535) report('PORT', 'expected a port number')
  const signingSecret = secretFrom(env, 'SLACK_SIGNING_SECRET', report)
  if (signingSecret?.reveal()) return { kind: 'http', signingSecret, port }
  report(
    'SLACK_SIGNING_SECRET',
    'is required and must not be empty: it proves that requests come from Slack',
  )
  return null
}

function readRancher(
  env: Environment,
  file: ConfigFile,
  folder: string,
  report: Report,
): RancherConfig | null {
  const url = textFrom(env, 'RANCHER_URL') ?? file.rancher.url
  if (!url) report('RANCHER_URL', 'is required: the address of Rancher')
  else if (!URL.canParse(url) || new URL(url).protocol !== 'https:') {
    report('RANCHER_URL', 'expected an https address')
  }
  const token = secretFrom(env, 'RANCHER_TOKEN', report)
  if (!token?.reveal()) report('RANCHER_TOKEN', 'is required: an API key without a cluster scope')
  const caFile =
    textFrom(env, 'RANCHER_CA_FILE') ??
    (file.rancher.caFile && inFolder(folder, file.rancher.caFile))
  const caPem = caFile ? readText(caFile, 'RANCHER_CA_FILE', report) : null
  if (!url || !token) return null
  return { url, token, caPem, timeoutMs: file.rancher.timeout }
}

function readRedisUrl(env: Environment, report: Report): string | null {
  const url = secretFrom(env, 'REDIS_URL', report)?.reveal()
  if (url === undefined || url === '') return null
  if (!/^(rediss?|unix):\/\//.test(url))
    report('REDIS_URL', 'expected redis://, rediss:// or unix://')
  return url
}

function readKeys(env: Environment, role: Role, report: Report) {
  const signing = secretFrom(env, 'REAGENT_SIGNING_KEY', report)
  const verify = secretFrom(env, 'REAGENT_VERIFY_KEY', report)
  if (role === 'worker' && !verify) {
    report('REAGENT_VERIFY_KEY', 'is required for a worker: the public half of the bot’s key')
  }
  if (role === 'bot' && !signing) {
    report('REAGENT_SIGNING_KEY', 'is required for a bot on its own: an Ed25519 private key in PEM')
  }
  return {
    signingKey: keyFrom(signing, 'REAGENT_SIGNING_KEY', 'private', report),
    verifyKey: keyFrom(verify, 'REAGENT_VERIFY_KEY', 'public', report),
  }
}

function readPolicy(file: ConfigFile, report: Report): Policy {
  const team = file.slack.team
  const keys = (path: string, people: readonly string[]) =>
    new Set(
      people.map((person) => {
        if (person.includes('/')) return person
        if (!team) report(path, `"${person}" needs slack.team, or write it as T…/${person}`)
        return `${team}/${person}`
      }),
    )
  return {
    request: keys('policy.request', file.policy.request),
    approve: keys('policy.approve', file.policy.approve),
    approveAlone: keys('policy.approveAlone', file.policy.approveAlone),
  }
}

function readObserveAddress(
  env: Environment,
  file: ConfigFile,
  report: Report,
): ListenAddress | null {
  const inEnvironment = env.REAGENT_OBSERVE_ADDRESS
  const text = inEnvironment ?? file.observe.address
  if (text === 'off') return null
  const address = listenAddress(text)
  if (address === null) {
    const path = inEnvironment === undefined ? 'observe.address' : 'REAGENT_OBSERVE_ADDRESS'
    report(path, 'expected HOST:PORT such as 127.0.0.1:9464, or off')
  }
  return address
}

function readLogLevel(env: Environment, report: Report): string {
  const level = textFrom(env, 'LOG_LEVEL')
  const known = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']
  if (!known.includes(level)) report('LOG_LEVEL', `expected one of ${known.join(', ')}`)
  return level
}

/** A process that holds both halves' secrets can do both halves' work; separate roles must not. */
function refuseForeignCredentials(env: Environment, role: Role, report: Report): void {
  for (const name of refusedFor(role)) {
    if (env[name] !== undefined || env[`${name}_FILE`] !== undefined) {
      report(name, `must not be given to a ${role}: it belongs to the other role`)
    }
  }
}

function inFolder(folder: string, path: string): string {
  return isAbsolute(path) ? path : resolve(folder, path)
}
