import type { FailureText } from './failure-text.ts'

export const storageTexts = {
  'config.invalid': {
    says: (f) => `The configuration has problems:\n${f.problems}`,
    nextStep: () => 'Correct each line above, then start again. `reagent check` tests the result.',
    operator:
      'Nothing has started. The keys and variables are in [configuration.md](configuration.md).',
  },
  'store.unavailable': {
    says: () => 'Redis did not take the request down.',
    nextStep: () => 'Nothing was started. Try again in a minute; if it persists, check Redis.',
    operator: 'The log has `Redis connection` with the error of the socket.',
  },
  'store.uncertain': {
    says: () => 'Redis did not answer in time, so it is not certain whether this was taken down.',
    nextStep: () => 'See `/rancher runs` (or the card) for what happened before you try again.',
    operator:
      'Redis took longer than 2 s (`PROMPT_LIMIT_MS` in `src/store/connect.ts`). With `appendfsync always` that is most often the disk.',
  },
  'store.conflict': {
    says: (f) => `Run ${f.run} was changed by somebody else at the same moment.`,
    nextStep: () => 'Look at the card for what happened, then decide again.',
  },
  'store.in-use': {
    says: (f) => `Another Reagent (process ${f.pid}) is using the data directory "${f.directory}".`,
    nextStep: () =>
      'Stop that process, or set REAGENT_DATA_DIR to another directory, or share one Redis through REDIS_URL.',
    operator: 'The process id is the one in `reagent.lock` in the data directory.',
  },
  'store.ended': {
    says: () => 'The private Redis ended, so Reagent stopped.',
    nextStep: () =>
      'See redis.log in the data directory, then start again: what was acknowledged is on disk.',
  },
  'store.redis-missing': {
    says: () =>
      'Neither redis-server nor valkey-server was found on the PATH, and REDIS_URL is not set.',
    nextStep: () => 'Install one (Debian: apt-get install redis-server) or set REDIS_URL.',
  },
  'store.redis-unfit': {
    says: (f) => `Redis at ${f.address} is not fit for keeping runs: ${f.reason}.`,
    nextStep: () => 'Set maxmemory-policy to noeviction and appendonly to yes, then start again.',
    operator:
      'A Redis that does not let its settings be read is taken as it is; see [operations.md](operations.md#redis).',
  },
  'lease.held': {
    says: (f) => `Run ${f.run} holds the lease on this cluster.`,
    nextStep: () => 'Wait for that run to end, or cancel it.',
    operator:
      'No card shows this: the apply waits and tries again every 5 s (`LEASE_BUSY_RETRY_MS` in `jobs/apply.ts`). A killed worker’s lease runs out after 30 s (`LEASE_MS` in `src/store/lease-store.ts`), and its own run may take it again at once.',
  },
  'store.unreachable': {
    says: (f) => `No connection to Redis at ${f.address}: ${f.reason}.`,
    nextStep: () => 'Check REDIS_URL (host, port, password, rediss:// for TLS) and the network.',
  },
  'lease.lost': {
    says: (f) => `Another worker took over the cluster (fence ${f.seen} is newer than ${f.own}).`,
    nextStep: () => 'Nothing more is written by this worker. The card follows the other one.',
    operator: 'The log has `another worker has taken this run over` with both fences.',
  },
  'observe.not-listening': {
    says: (f) => `Health and metrics cannot be served at ${f.address}: ${f.reason}.`,
    nextStep: () =>
      'Set observe.address (or REAGENT_OBSERVE_ADDRESS) to another HOST:PORT, or to off. Each Reagent on a machine needs a port of its own.',
  },
  'slack.refused': {
    says: (f) => `Slack does not accept the bot: ${f.reason}.`,
    nextStep: () => 'Check SLACK_BOT_TOKEN (and SLACK_APP_TOKEN), and that Slack can be reached.',
    operator:
      'Bot tokens are refused with `invalid_auth` or `token_revoked` when the app was reinstalled or removed.',
  },
  'slack.unreachable': {
    says: (f) => `No connection to Slack at ${f.host}: ${f.reason}.`,
    nextStep: (f) =>
      `Check from this machine that https://${f.host} can be reached (proxy, firewall).`,
  },
} satisfies Record<string, FailureText>
