import { Failure } from '../recovery/index.ts'
import type { SlackIdentity } from './contract.ts'
import { type Check, Finding } from './perform.ts'

const NEEDED_SCOPES = ['commands', 'chat:write', 'users:read']

/** The bot token is accepted, belongs to the configured workspace and has the scopes that Reagent uses. */
export function checkSlack(
  identify: () => Promise<SlackIdentity>,
  expectedTeamId: string | null,
): Check {
  return {
    what: 'Slack',
    async test() {
      const { team, teamId, user, scopes } = await identify().catch(notAccepted)
      if (expectedTeamId !== null && teamId !== expectedTeamId) {
        throw new Finding(
          `the token belongs to ${team} (${teamId}), but slack.team is ${expectedTeamId}`,
          'Correct slack.team in reagent.yaml, or set SLACK_BOT_TOKEN to that workspace’s token.',
        )
      }
      const missing = NEEDED_SCOPES.filter((scope) => !scopes.includes(scope))
      if (missing.length > 0) {
        throw new Finding(
          `the token lacks ${missing.join(', ')}`,
          'Add these scopes under "OAuth & Permissions" of the Slack app, then reinstall it.',
        )
      }
      return `${user} in ${team} (${teamId})`
    },
  }
}

/** Slack's client says why in its message (`invalid_auth`, `token_revoked`, no connection); it never has the token in it. */
function notAccepted(error: unknown): never {
  if (error instanceof Failure) throw error
  const reason = error instanceof Error ? error.message.slice(0, 200) : 'no reason given'
  throw new Finding(
    `Slack does not accept the bot token, or does not answer: ${reason}`,
    'Check SLACK_BOT_TOKEN (xoxb-…) and the way to slack.com.',
  )
}
