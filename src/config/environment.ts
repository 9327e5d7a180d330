import type { Role } from './contract.ts'

/** How a role uses a variable. `refused`: it belongs to the other half, so a process that has it does not start. */
export type Use = 'required' | 'optional' | 'ignored' | 'refused'

/** One environment variable, for reading it and for the reference of the configuration. */
export interface Variable {
  /** What it is, in a sentence that begins like a heading: `the bot's token (xoxb-…)`. */
  readonly what: string
  /** More than that: when it is needed, or what to know before changing it. */
  readonly more: string
  /** The value when it is not set, as text; null: there is none. */
  readonly default: string | null
  /** Whether `NAME_FILE` may name a file that holds the value, in place of `NAME`. So it is for everything secret. */
  readonly fromFile: boolean
  readonly use: UseByRole
  /** Where it is required only then: `with slack.connection: http`. */
  readonly requiredWhen?: string
}

type UseByRole = Readonly<Record<Role, Use>>

export type Environment = Readonly<Record<string, string | undefined>>

const BOT_SECRET: UseByRole = {
  all: 'required',
  bot: 'required',
  worker: 'refused',
  terminal: 'ignored',
}
const BOT_OPTION: UseByRole = {
  all: 'optional',
  bot: 'optional',
  worker: 'ignored',
  terminal: 'ignored',
}
const WORKER_OPTION: UseByRole = {
  all: 'optional',
  bot: 'ignored',
  worker: 'optional',
  terminal: 'optional',
}
const OPTION: UseByRole = {
  all: 'optional',
  bot: 'optional',
  worker: 'optional',
  terminal: 'optional',
}

/** Every variable that Reagent reads. */
export const variables = {
  SLACK_BOT_TOKEN: {
    what: 'the bot token of the Slack app (`xoxb-…`)',
    more: 'From "OAuth & Permissions" of the Slack app, after it was installed in the workspace.',
    default: null,
    fromFile: true,
    use: BOT_SECRET,
  },
  SLACK_SIGNING_SECRET: {
    what: 'the signing secret of the Slack app: proves that requests come from Slack',
    requiredWhen: 'with `slack.connection: http`',
    more: 'It must not be empty. From "Basic Information" of the Slack app.',
    default: null,
    fromFile: true,
    use: BOT_SECRET,
  },
  SLACK_APP_TOKEN: {
    what: 'an app-level token with the scope `connections:write` (`xapp-…`)',
    requiredWhen: 'with `slack.connection: socket`, in place of the signing secret',
    more: 'From "Basic Information" of the Slack app, under "App-Level Tokens".',
    default: null,
    fromFile: true,
    use: BOT_SECRET,
  },
  SLACK_API_URL: {
    what: 'another Slack API than the public one',
    more: 'For a test server or a gateway. Leave it out otherwise.',
    default: null,
    fromFile: false,
    use: BOT_OPTION,
  },
  RANCHER_URL: {
    what: 'the https address of Rancher, the same as its setting `server-url`',
    requiredWhen: 'unless `rancher.url` is set in the file',
    more: 'It wins over the file.',
    default: null,
    fromFile: false,
    use: { all: 'required', bot: 'ignored', worker: 'required', terminal: 'required' },
  },
  RANCHER_TOKEN: {
    what: 'an API key of Rancher without a cluster scope',
    requiredWhen: 'unless `rancher.ways` leaves `api` out',
    more: 'Its user needs the role Cluster Owner on the clusters, because their registration tokens are read and one may be created, and must be able to read the settings.',
    default: null,
    fromFile: true,
    use: { all: 'required', bot: 'refused', worker: 'required', terminal: 'required' },
  },
  RANCHER_CA_FILE: {
    what: 'PEM file of the authority that Rancher’s certificate is issued by',
    more: 'Needed where that is not a public authority; wins over `rancher.caFile`. A relative path starts at the working directory.',
    default: null,
    fromFile: false,
    use: WORKER_OPTION,
  },
  REDIS_URL: {
    what: 'a Redis to share: `redis://`, `rediss://` or `unix://`',
    more: 'Unset, Reagent runs a private one in its data directory. Bots and workers that run apart need the same one.',
    default: null,
    fromFile: true,
    use: OPTION,
  },
  REAGENT_CONFIG: {
    what: 'where `reagent.yaml` is',
    more: 'A file that it names must be there; the default one may be missing.',
    default: 'reagent.yaml',
    fromFile: false,
    use: OPTION,
  },
  REAGENT_DATA_DIR: {
    what: 'the data directory: the private Redis and the key of this installation',
    more: 'Give it a disk that lasts. One Reagent at a time uses it; a terminal beside it joins the Redis that runs.',
    default: '.reagent',
    fromFile: false,
    use: OPTION,
  },
  REAGENT_SIGNING_KEY: {
    what: 'the private Ed25519 key in PEM with which approvals are signed',
    more: 'Unset, the key of the data directory is used, which is made at the first start. A terminal that shares a Redis with workers on other machines needs the bot’s key, or they refuse its approvals.',
    default: null,
    fromFile: true,
    use: { all: 'optional', bot: 'required', worker: 'refused', terminal: 'optional' },
  },
  REAGENT_VERIFY_KEY: {
    what: 'the public half of that key, in PEM',
    more: 'Unset, it is worked out from the private key.',
    default: null,
    fromFile: true,
    use: { all: 'optional', bot: 'optional', worker: 'required', terminal: 'optional' },
  },
  REAGENT_FINGERPRINT_KEY: {
    what: 'what fingerprints of secrets in plans are keyed with, 16 characters or more',
    requiredWhen: 'for a worker on its own that has no `RANCHER_TOKEN`',
    more: 'Unset, `RANCHER_TOKEN` is used, and without that the signing key. Workers that share a Redis need the same one: plans of one are compared by another.',
    default: null,
    fromFile: true,
    use: { all: 'optional', bot: 'refused', worker: 'optional', terminal: 'optional' },
  },
  PORT: {
    what: 'the port on which Slack’s requests come in',
    more: 'Only with `slack.connection: http`. It speaks plain HTTP: put something in front of it that ends TLS.',
    default: '3000',
    fromFile: false,
    use: BOT_OPTION,
  },
  REAGENT_OBSERVE_ADDRESS: {
    what: '`HOST:PORT` of health and metrics, or `off`',
    more: 'It wins over `observe.address`, whose default is `127.0.0.1:9464`.',
    default: null,
    fromFile: false,
    use: { all: 'optional', bot: 'optional', worker: 'optional', terminal: 'ignored' },
  },
  LOG_LEVEL: {
    what: '`trace`, `debug`, `info`, `warn`, `error`, `fatal` or `silent`',
    more: 'Commands at a terminal log nothing unless it is set.',
    default: 'info',
    fromFile: false,
    use: OPTION,
  },
  PATH: {
    what: 'where `redis-server` or `valkey-server` is looked for',
    more: 'Only for the private Redis.',
    default: '',
    fromFile: false,
    use: OPTION,
  },
} as const satisfies Record<string, Variable>

export type VariableName = keyof typeof variables

/** The names that have a `NAME_FILE` twin. */
export type SecretName = {
  [Name in VariableName]: (typeof variables)[Name]['fromFile'] extends true ? Name : never
}[VariableName]

type PlainName = Exclude<VariableName, SecretName>

type NameWithDefault = {
  [Name in PlainName]: (typeof variables)[Name]['default'] extends string ? Name : never
}[PlainName]

/** The text of a variable that is no secret, or its default; null when it has neither. */
export function textFrom(env: Environment, name: NameWithDefault): string
export function textFrom(env: Environment, name: PlainName): string | null
export function textFrom(env: Environment, name: PlainName): string | null {
  return env[name] ?? variables[name].default
}

/** The environment without what is secret in it, for programs that Reagent starts. */
export function withoutSecrets(env: Environment): Readonly<Record<string, string>> {
  const secret = Object.entries(variables).flatMap(([name, { fromFile }]) =>
    fromFile ? [name, `${name}_FILE`] : [],
  )
  return Object.fromEntries(
    Object.entries(env).flatMap(([name, value]) =>
      value === undefined || secret.includes(name) ? [] : [[name, value]],
    ),
  )
}

/** The variables that a process of this role must not be given. */
export function refusedFor(role: Role): readonly string[] {
  return Object.entries(variables).flatMap(([name, { use }]) =>
    use[role] === 'refused' ? [name] : [],
  )
}
