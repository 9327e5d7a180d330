import type { AddressInfo } from 'node:net'
import {
  App,
  type BufferedIncomingMessage,
  HTTPReceiver,
  type Receiver,
  SocketModeReceiver,
  type webApi,
} from '@slack/bolt'
import type { Log, Meter, PartState, Secret } from '../observe/index.ts'
import type { Operations } from '../operations/index.ts'
import { Failure } from '../recovery/index.ts'
import { type CardPoster, createCardPoster } from './chat.ts'
import { handleRequests } from './handle-requests.ts'
import { boltLogger } from './log.ts'
import { measuredFetch } from './measured-fetch.ts'

export type SlackMode =
  | { readonly kind: 'http'; readonly signingSecret: Secret; readonly port: number }
  | { readonly kind: 'socket'; readonly appToken: Secret }

export interface SlackAppOptions {
  readonly mode: SlackMode
  readonly botToken: Secret
  readonly teamId: string
  /** Another Slack API than the public one. */
  readonly apiUrl?: string
  readonly operations: Operations
  readonly log: Log
  readonly meter: Pick<Meter, 'request' | 'slackCall' | 'slackRateLimit'>
  readonly clock: () => Date
}

export interface SlackApp {
  readonly chat: CardPoster
  /** Starts listening; the port is null in Socket Mode. Fails with `slack.refused` when Slack does not accept the token. */
  start(): Promise<{ readonly port: number | null }>
  /** Whether commands arrive and Slack accepts the token, by what was seen last; Slack is not asked. */
  state(): PartState
  /** Stops listening and waits for what was taken before. */
  stop(): Promise<void>
}

const PATH = '/slack/events'
const BODY_LIMIT_BYTES = 256 * 1024
const API_LIMIT_MS = 10_000
// Slack refuses requests older than this; Bolt looks at the past only.
const CLOCK_SKEW_LIMIT_S = 300

// What Slack says of a token that does not work any more, until somebody replaces it (reference of auth.test).
const TOKEN_PROBLEMS: ReadonlySet<string> = new Set([
  'invalid_auth',
  'not_authed',
  'account_inactive',
  'token_expired',
  'token_revoked',
])

/** The bot as a Bolt app: commands, buttons and windows in, cards out. */
export async function createSlackApp(options: SlackAppOptions): Promise<SlackApp> {
  const { mode, botToken, apiUrl, operations, log, meter, teamId } = options
  const logger = boltLogger(log)
  let tokenProblem: string | null = null
  const onOutcome = (outcome: string) => {
    if (outcome === 'ok') tokenProblem = null
    else if (TOKEN_PROBLEMS.has(outcome)) tokenProblem = outcome
  }
  const clientOptions: webApi.WebClientOptions = {
    ...(apiUrl === undefined ? {} : { slackApiUrl: apiUrl }),
    // A repeated post would be a second card: what to repeat is decided where the card is known.
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
    timeout: API_LIMIT_MS,
    allowAbsoluteUrls: false,
    fetch: measuredFetch(meter, onOutcome),
    logger,
  }
  const receiver = receiverFor(options, logger)
  const app = new App({
    receiver,
    token: botToken.reveal(),
    clientOptions,
    logger,
    deferInitialization: true,
    convoStore: false,
  })
  app.error(async (error) => log.error({ error }, 'a request from Slack was not handled'))
  const { settle } = handleRequests(app, { operations, log, meter, teamId })
  return {
    chat: createCardPoster(app.client),
    async start() {
      await initialised(app)
      if (mode.kind === 'http') return { port: portOf(await app.start(mode.port)) }
      await connected(app)
      return { port: null }
    },
    state() {
      if (tokenProblem) return { ok: false, detail: `Slack refuses the token: ${tokenProblem}` }
      if (receiver instanceof SocketModeReceiver) {
        const isConnected = receiver.client.websocket?.isActive() === true
        return {
          ok: isConnected,
          detail: isConnected ? 'connected by Socket Mode' : 'the socket is not connected',
        }
      }
      return { ok: true, detail: 'takes requests over HTTP' }
    },
    async stop() {
      await app.stop()
      await settle()
    },
  }
}

function receiverFor(
  { mode, clock, apiUrl, meter }: SlackAppOptions,
  logger: ReturnType<typeof boltLogger>,
): Receiver {
  if (mode.kind === 'socket') {
    const receiver = new SocketModeReceiver({
      appToken: mode.appToken.reveal(),
      logger,
      // After Slack asks to reconnect, the client waits this long for a pong; commands in that time get no answer.
      clientPingTimeout: 1_000,
      installerOptions: {
        clientOptions: {
          fetch: measuredFetch(meter),
          ...(apiUrl === undefined ? {} : { slackApiUrl: apiUrl }),
        },
      },
      customPropertiesExtractor: () => ({ arrivedAtMs: performance.now() }),
    })
    return receiver
  }
  if (!mode.signingSecret.reveal()) {
    throw new Failure('config.invalid', { problems: '- SLACK_SIGNING_SECRET: must not be empty' })
  }
  return new HTTPReceiver({
    signingSecret: mode.signingSecret.reveal(),
    endpoints: [PATH],
    bodyLimit: BODY_LIMIT_BYTES,
    logger,
    customPropertiesExtractor: (request) => ({
      arrivedAtMs: performance.now(),
      isFromFuture: isFromFuture(request, clock()),
    }),
  })
}

/** Whether a request claims to be sent later than clocks can differ. Such a one could be replayed for as long as it likes. */
function isFromFuture(request: BufferedIncomingMessage, now: Date): boolean {
  const seconds = Number(request.headers['x-slack-request-timestamp'])
  return seconds - now.getTime() / 1_000 > CLOCK_SKEW_LIMIT_S
}

async function initialised(app: App): Promise<void> {
  try {
    await app.init()
    await app.client.auth.test()
  } catch (error) {
    throw refusedBecause(error)
  }
}

async function connected(app: App): Promise<void> {
  try {
    await app.start()
  } catch (error) {
    throw refusedBecause(error)
  }
}

function refusedBecause(error: unknown): Failure {
  return new Failure('slack.refused', { reason: reasonOf(error) }, { cause: error })
}

function reasonOf(error: unknown): string {
  if (error instanceof Error && 'data' in error) {
    const { data } = error
    if (data !== null && typeof data === 'object' && 'error' in data) return String(data.error)
  }
  return error instanceof Error && 'code' in error ? String(error.code) : 'no answer'
}

function portOf(server: unknown): number | null {
  if (server === null || typeof server !== 'object' || !('address' in server)) return null
  const { address } = server
  if (typeof address !== 'function') return null
  const bound = Reflect.apply(address, server, []) as AddressInfo | string | null
  return bound !== null && typeof bound === 'object' ? bound.port : null
}
