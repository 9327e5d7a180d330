import { clusterChecks, otherClustersCheck } from './check-cluster.ts'
import { configurationCheck } from './check-configuration.ts'
import { dataChecks } from './check-data.ts'
import { policyChecks } from './check-policy.ts'
import { rancherChecks } from './check-rancher.ts'
import { redisChecks } from './check-redis.ts'
import { slackChecks } from './check-slack.ts'
import { supportChecks } from './check-support.ts'
import type { CheckLine, CheckParts } from './contract.ts'
import { Caution, type Check, Finding, performAll } from './perform.ts'

const DEFAULT_LIMIT_MS = 15_000

/**
 * Tests a configuration against the services that it names: all checks at once, each within its limit, their lines always in the
 * same order. Reads only; nothing is changed anywhere. Never rejects: what goes wrong is a line.
 *
 * @param cluster only what concerns this one: Rancher and its kubeconfig; null for everything
 */
export async function* checkEverything(
  parts: CheckParts,
  cluster: string | null,
  signal: AbortSignal,
): AsyncGenerator<CheckLine> {
  const checks = cluster === null ? allChecks(parts) : checksOfCluster(parts, cluster)
  const lines = performAll(checks, parts.limitMs ?? DEFAULT_LIMIT_MS, signal)
  for (const line of lines) yield await line
}

function allChecks(parts: CheckParts): readonly Check[] {
  const { clusters, clock } = parts
  const names = [...clusters.keys()]
  const rancher = openRancher(parts, names)
  const slack = parts.slack && { part: parts.slack, ...slackChecks(parts.slack) }
  return [
    configurationCheck(parts.configuration),
    ...dataChecks(parts.data),
    ...redisChecks(parts.redis),
    ...(rancher?.all ?? []),
    ...[...clusters].flatMap(([name, open]) => clusterChecks(name, open, rancher, clock)),
    ...(rancher && !parts.hasDefaultCredentials ? [otherClustersCheck(rancher, names)] : []),
    ...(slack?.all ?? []),
    ...(parts.role === 'terminal' ? [withoutSlack] : []),
    ...policyChecks(parts.policy, slack),
  ]
}

const withoutSlack: Check = {
  what: 'Slack',
  test: async () =>
    new Caution(
      'SLACK_BOT_TOKEN is not set: Reagent works at the terminal only',
      'To use it in Slack too, set SLACK_BOT_TOKEN, and slack.team in reagent.yaml.',
    ),
}

function checksOfCluster(parts: CheckParts, name: string): readonly Check[] {
  const rancher = openRancher(parts, [name])
  const open = parts.clusters.get(name)
  return [
    configurationCheck(parts.configuration),
    ...(rancher?.all ?? []),
    ...(open ? clusterChecks(name, open, rancher, parts.clock) : [notConfigured(name, parts)]),
    ...(open && rancher ? supportChecks(name, open, rancher) : []),
  ]
}

function openRancher({ rancher, clock }: CheckParts, clusters: readonly string[]) {
  return rancher && { rancher, ...rancherChecks(rancher, clusters, clock) }
}

function notConfigured(name: string, { clusters }: CheckParts): Check {
  return {
    what: `Cluster ${name}`,
    async test() {
      const names = [...clusters.keys()]
      throw new Finding(
        'no kubeconfig is configured for a cluster of this name',
        names.length === 0
          ? 'Name one under clusters in reagent.yaml.'
          : `Name one under clusters in reagent.yaml, or ask about ${names.slice(0, 10).join(', ')}.`,
      )
    },
  }
}
