import { webApi } from '@slack/bolt'
import type { Secret } from '../observe/index.ts'

/** Asks Slack whose token this is and what it may do (`auth.test`, header `x-oauth-scopes`). Rejects with the library's error. */
export async function testToken({
  botToken,
  apiUrl,
}: {
  readonly botToken: Secret
  readonly apiUrl: string | null
}) {
  const client = new webApi.WebClient(botToken.reveal(), {
    ...(apiUrl === null ? {} : { slackApiUrl: apiUrl }),
    retryConfig: { retries: 0 },
    timeout: 10_000,
    allowAbsoluteUrls: false,
  })
  const { team, team_id, user, response_metadata } = await client.auth.test()
  return {
    team: team ?? '',
    teamId: team_id ?? '',
    user: user ?? '',
    scopes: response_metadata?.scopes ?? [],
  }
}
