import { Failure } from '../recovery/index.ts'
import type { SlackConnectionPart, SlackPart } from './contract.ts'
import { once } from './once.ts'
import { Caution, type Check, Finding } from './perform.ts'

/** Every scope of the bot, and what it is for. */
const SCOPES: Readonly<Record<string, string>> = {
  commands: 'the command /rancher',
  'chat:write': 'cards and answers',
  'users:read': 'that whoever approves is an active full member',
}

/** Slack refuses nothing itself: a request that looks older than this is refused here, as its documentation asks for. */
const MOST_SKEW_MS = 5 * 60_000
const NOTABLE_SKEW_MS = 60_000

const SCOPES_PAGE = 'On api.slack.com/apps, your app, OAuth & Permissions, Scopes, Bot Token Scopes'

/** What other checks need of these: that Slack accepts the bot token. */
export interface SlackChecks {
  readonly all: readonly Check[]
  readonly token: Check
}

/** Slack accepts the tokens, they belong to the configured workspace, and the bot may do what it needs and no more. */
export function slackChecks({ inspection, connection, teamId }: SlackPart): SlackChecks {
  const identity = once(inspection.identity)
  const token: Check = {
    what: 'Slack token',
    async test(signal) {
      const found = await identity(signal).catch(refusedToken)
      const seen = `${found.user} in ${found.team} (${found.teamId})`
      if (found.teamId === teamId || found.enterpriseId === teamId) return `accepted: ${seen}`
      throw new Finding(
        `belongs to ${seen}, but slack.team is ${teamId}`,
        'Correct slack.team in reagent.yaml, or set SLACK_BOT_TOKEN to that workspace’s token.',
      )
    },
  }
  const needs = [token]
  return {
    token,
    all: [
      token,
      {
        what: 'Slack scopes',
        needs,
        test: async (signal) => scopesOf((await identity(signal)).scopes),
      },
      {
        what: 'Slack clock',
        needs,
        test: async (signal) => skewOf((await identity(signal)).clockAheadMs, connection),
      },
      connectionCheck(inspection, connection, needs),
    ],
  }
}

function refusedToken(error: unknown): never {
  if (!(error instanceof Failure) || error.code !== 'slack.refused') throw error
  throw new Finding(
    `Slack does not accept it: ${error.facts.reason}`,
    'Set SLACK_BOT_TOKEN to the Bot User OAuth Token (xoxb-…): on api.slack.com/apps, your app, OAuth & Permissions.',
  )
}

function scopesOf(granted: readonly string[]): string | Caution {
  const missing = Object.entries(SCOPES).filter(([scope]) => !granted.includes(scope))
  if (missing.length > 0) {
    throw new Finding(
      `the token lacks ${missing.map(([scope, why]) => `${scope} (${why})`).join(', ')}`,
      `${SCOPES_PAGE}: add ${missing.length === 1 ? 'it' : 'them'}, then "Reinstall to Workspace".`,
    )
  }
  const needless = granted.filter((scope) => !Object.hasOwn(SCOPES, scope))
  if (needless.length === 0) return Object.keys(SCOPES).join(', ')
  return new Caution(
    `all that is needed, and besides ${needless.join(', ')}`,
    `${SCOPES_PAGE}: remove what nothing else needs, so that a lost token is worth less.`,
  )
}

function skewOf(aheadMs: number | null, connection: SlackConnectionPart): string | Caution {
  if (aheadMs === null) {
    return new Caution(
      'Slack’s answer had no time to compare with',
      'See that the clock of this machine is right: Slack’s requests are good for 5 minutes.',
    )
  }
  const seconds = Math.round(Math.abs(aheadMs) / 1_000)
  const seen = `this machine’s clock is ${seconds} s ${aheadMs > 0 ? 'behind' : 'ahead of'} Slack’s`
  const nextStep = 'Set the clock right (timedatectl set-ntp true).'
  if (Math.abs(aheadMs) > MOST_SKEW_MS && connection.kind === 'http') {
    throw new Finding(`${seen}: every command would be refused as too old`, nextStep)
  }
  return Math.abs(aheadMs) > NOTABLE_SKEW_MS ? new Caution(seen, nextStep) : 'agrees with Slack’s'
}

function connectionCheck(
  inspection: SlackPart['inspection'],
  connection: SlackConnectionPart,
  needs: readonly Check[],
): Check {
  if (connection.kind === 'http') {
    return {
      what: 'Slack signing secret',
      async test() {
        if (!/^[0-9a-f]{32}$/.test(connection.signingSecret.reveal())) {
          throw new Finding(
            'what is set is not one: Slack’s are 32 characters of 0–9 and a–f',
            'Set SLACK_SIGNING_SECRET: on api.slack.com/apps, your app, Basic Information, App Credentials, Signing Secret.',
          )
        }
        return 'has the right form; only a command from Slack shows whether it is the right one: type /rancher help there after the start'
      },
    }
  }
  return {
    what: 'Slack Socket Mode',
    needs,
    async test(signal) {
      await inspection.requestSocket(connection.appToken, signal).catch((error: unknown) => {
        if (!(error instanceof Failure) || error.code !== 'slack.refused') throw error
        throw new Finding(
          `Slack does not accept SLACK_APP_TOKEN: ${error.facts.reason}`,
          'On api.slack.com/apps, your app: switch Socket Mode on, and under Basic Information, App-Level Tokens, generate one with connections:write (xapp-…).',
        )
      })
      return 'the app-level token is accepted'
    },
  }
}
