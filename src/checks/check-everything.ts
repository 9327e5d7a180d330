import { checkCluster } from './check-cluster.ts'
import { checkPolicy } from './check-policy.ts'
import {
  agentsTrustCheck,
  rancherAnswersCheck,
  serverUrlCheck,
  tokenCheck,
} from './check-rancher.ts'
import { checkSlack } from './check-slack.ts'
import type { CheckLine, CheckParts } from './contract.ts'
import { type Check, perform } from './perform.ts'

const DEFAULT_LIMIT_MS = 15_000

/**
 * Tests a configuration against the services that it names: all checks at once, each within its limit, their lines always in the
 * same order. Reads only; nothing is changed anywhere. Never rejects: what goes wrong is a line.
 */
export async function* checkEverything(
  parts: CheckParts,
  signal: AbortSignal,
): AsyncGenerator<CheckLine> {
  const limitMs = parts.limitMs ?? DEFAULT_LIMIT_MS
  const lines = checksOf(parts).map((check) => perform(check, limitMs, signal))
  for (const line of lines) yield await line
}

function checksOf(parts: CheckParts): readonly Check[] {
  const { rancher, clusters, slack, expectedTeamId, policy } = parts
  return [
    { what: 'Redis', test: async () => `version ${(await parts.redis()).version}` },
    ...(rancher
      ? [
          rancherAnswersCheck(rancher),
          tokenCheck(rancher),
          serverUrlCheck(rancher),
          agentsTrustCheck(rancher),
        ]
      : []),
    ...[...clusters].map(([name, open]) => checkCluster(name, open, rancher)),
    ...(slack ? [checkSlack(slack, expectedTeamId)] : []),
    checkPolicy(policy),
  ]
}
