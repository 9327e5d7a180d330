import type { webApi } from '@slack/bolt'
import { Failure, type Person } from '../recovery/index.ts'
import { accountProblem } from './account.ts'

const ACCOUNT_LIMIT_MS = 1_500

/**
 * Refuses people whose account must not decide: deactivated, bots, guests, outsiders. Slack is asked only for Approve, which writes to a
 * cluster, and within 1.5 s, so that the click is still answered in time. When Slack does not answer, nobody approves: a
 * deactivated approver is what this is there for, and the person can press again.
 */
export async function requireOwnAccount(client: webApi.WebClient, person: Person): Promise<void> {
  const late = AbortSignal.timeout(ACCOUNT_LIMIT_MS)
  const { user } = await Promise.race([
    client.users.info({ user: person.userId }),
    new Promise<never>((_done, fail) => late.addEventListener('abort', () => fail(late.reason))),
  ]).catch((error: unknown) => {
    throw new Failure('approval.account-unchecked', {}, { cause: error })
  })
  if (!user || accountProblem(user, person.teamId) !== null) {
    throw new Failure('approval.account-refused')
  }
}
