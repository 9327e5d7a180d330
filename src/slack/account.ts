import type { webApi } from '@slack/bolt'

type User = NonNullable<webApi.UsersInfoResponse['user']>

/** Why an account must not decide about a cluster. */
export type AccountProblem = 'deactivated' | 'bot' | 'guest' | 'outsider'

/** What `users.info` says against this account; null for an active full member of the workspace. */
export function accountProblem(user: User, teamId: string): AccountProblem | null {
  if (user.deleted) return 'deactivated'
  if (user.is_bot) return 'bot'
  if (user.is_restricted || user.is_ultra_restricted) return 'guest'
  if (user.is_stranger || (user.team_id !== undefined && user.team_id !== teamId)) return 'outsider'
  return null
}
