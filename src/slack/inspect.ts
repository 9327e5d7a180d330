import { webApi } from '@slack/bolt'
import type { Secret } from '../observe/index.ts'
import { Failure } from '../recovery/index.ts'
import { type AccountProblem, accountProblem } from './account.ts'

/** Whose token the bot token is (`auth.test`), and what time Slack has. */
export interface SlackIdentity {
  readonly team: string
  readonly teamId: string
  /** Of an Enterprise organisation; null for a workspace of its own. */
  readonly enterpriseId: string | null
  readonly user: string
  /** What the token may do (header `x-oauth-scopes`). */
  readonly scopes: readonly string[]
  /** How far Slack's clock is ahead of this machine's, to a second (header `Date`); null when Slack did not say. */
  readonly clockAheadMs: number | null
}

/** What Slack says about a person; null in place of it when there is no such account. */
export interface SlackAccount {
  readonly name: string
  readonly problem: AccountProblem | null
}

/**
 * Questions about an app's installation; nothing is posted or changed. Every call rejects with `slack.refused` (fact `reason`: Slack's
 * error code) or `slack.unreachable`, also when the signal aborts.
 */
export interface SlackInspection {
  identity(signal: AbortSignal): Promise<SlackIdentity>
  /** Asks for a Socket Mode address with an app-level token, and does not connect to it. */
  requestSocket(appToken: Secret, signal: AbortSignal): Promise<void>
  /** `teamId` is the workspace whose member this should be. */
  account(userId: string, teamId: string, signal: AbortSignal): Promise<SlackAccount | null>
}

const DEFAULT_URL = 'https://slack.com/api/'

export function inspectSlack({
  botToken,
  apiUrl,
  clock,
}: {
  readonly botToken: Secret
  readonly apiUrl: string | null
  readonly clock: () => Date
}): SlackInspection {
  const slackApiUrl = apiUrl ?? DEFAULT_URL

  async function call<T>(
    token: Secret,
    signal: AbortSignal,
    ask: (client: webApi.WebClient) => Promise<T>,
    onDate?: (date: string | null) => void,
  ): Promise<T> {
    const client = new webApi.WebClient(token.reveal(), {
      slackApiUrl,
      retryConfig: { retries: 0 },
      rejectRateLimitedCalls: true,
      allowAbsoluteUrls: false,
      logLevel: webApi.LogLevel.ERROR,
      fetch: async (input, init) => {
        const signals = [signal, ...(init?.signal ? [init.signal] : [])]
        const response = await fetch(input, { ...init, signal: AbortSignal.any(signals) })
        onDate?.(response.headers.get('date'))
        return response
      },
    })
    try {
      return await ask(client)
    } catch (error) {
      throw failureOf(error, slackApiUrl)
    }
  }

  return {
    async identity(signal) {
      let clockAheadMs: number | null = null
      const told = await call(
        botToken,
        signal,
        (client) => client.auth.test(),
        (date) => {
          const time = Date.parse(date ?? '')
          clockAheadMs = Number.isNaN(time) ? null : time - clock().getTime()
        },
      )
      return {
        team: told.team ?? '',
        teamId: told.team_id ?? '',
        enterpriseId: told.enterprise_id ?? null,
        user: told.user ?? '',
        scopes: told.response_metadata?.scopes ?? [],
        clockAheadMs,
      }
    },
    async requestSocket(appToken, signal) {
      await call(appToken, signal, (client) => client.apps.connections.open())
    },
    async account(userId, teamId, signal) {
      try {
        const { user } = await call(botToken, signal, (client) =>
          client.users.info({ user: userId }),
        )
        return user ? { name: user.name ?? userId, problem: accountProblem(user, teamId) } : null
      } catch (error) {
        if (error instanceof Failure && error.facts.reason === 'user_not_found') return null
        throw error
      }
    },
  }
}

function failureOf(error: unknown, url: string): Failure {
  if (error instanceof webApi.WebAPIPlatformError) {
    return new Failure('slack.refused', { reason: error.data.error })
  }
  if (error instanceof webApi.WebAPIRateLimitedError) {
    return new Failure('slack.refused', { reason: 'ratelimited' })
  }
  const host = URL.canParse(url) ? new URL(url).host : 'SLACK_API_URL'
  const reason =
    error instanceof webApi.WebAPIHTTPError
      ? `it answered ${error.statusCode}`
      : networkReason(error)
  return new Failure('slack.unreachable', { host, reason }, { cause: error })
}

/** The code of the network error at the bottom; messages may quote what was sent. */
function networkReason(error: unknown): string {
  for (let inner = error; inner instanceof Error; inner = originOf(inner)) {
    if ('code' in inner && typeof inner.code === 'string' && /^E[A-Z_]+$/.test(inner.code)) {
      return inner.code
    }
    if (inner.name === 'AbortError' || inner.name === 'TimeoutError') return 'no answer in time'
  }
  return 'the connection failed'
}

function originOf(error: Error): unknown {
  return 'original' in error ? error.original : error.cause
}
