import { diagnosisOf, type FailureCode, type Run } from '../recovery/index.ts'

/** What each exit code of `reagent` means: the one table, also printed by `reagent --help`. */
export const exitCodes = {
  0: 'recovered, nothing was wrong, or the question is answered',
  1: 'something unexpected happened',
  2: 'wrong usage',
  3: 'the configuration or what it leads to has problems, or `check` found some',
  4: 'not allowed',
  5: 'no such cluster or run',
  6: 'nothing that Reagent can repair from here; it said what to do instead',
  7: 'rejected, expired or cancelled: nothing was written',
  8: 'failed, or applied but not back; it said why and what to do',
  130: 'interrupted; the run is kept',
} as const

export type ExitCode = keyof typeof exitCodes

export const exitCodeTable = Object.entries(exitCodes)
  .map(([code, meaning]) => `  ${code.padStart(3)}  ${meaning}`)
  .join('\n')

const BY_CODE: Partial<Record<FailureCode, ExitCode>> = {
  'internal.unexpected': 1,
  'usage.invalid': 2,
  'file.exists': 2,
  'file.unwritable': 2,
  'keys.exist': 2,
  'config.invalid': 3,
  'slack.refused': 3,
  'slack.unreachable': 3,
  'observe.not-listening': 3,
  'store.in-use': 3,
  'store.unreachable': 3,
  'store.redis-missing': 3,
  'store.redis-unfit': 3,
  'cluster.no-credentials': 3,
  'cluster.kubeconfig-unreadable': 3,
  'cluster.credential-expired': 3,
  'cluster.credential-not-yet-valid': 3,
  'cluster.loopback-address': 3,
  'cluster.inside-address': 3,
  'cluster.only-through-rancher': 3,
  'cluster.not-handed-out': 3,
  'cluster.not-in-a-cluster': 3,
  'cluster.secret-unreadable': 3,
  'cluster.nothing-kept': 3,
  'cluster.no-direct-endpoint': 3,
  'cluster.local-unreadable': 3,
  'cluster.command-failed': 3,
  'policy.may-not-request': 4,
  'policy.may-not-approve': 4,
  'policy.requester-may-not-approve': 4,
  'policy.may-not-cancel': 4,
  'run.not-found': 5,
  'rancher.cluster-not-found': 5,
  'rancher.cluster-ambiguous': 5,
  'rancher.cluster-not-ours': 5,
}

export function exitCodeOfFailure(code: FailureCode): ExitCode {
  return BY_CODE[code] ?? 8
}

/** How the end of a run counts. A diagnosis is an answer whatever it says. */
export function exitCodeOfRun(run: Run): ExitCode {
  const { state } = run
  switch (state.kind) {
    case 'recovered':
      return 0
    case 'no-action': {
      const isFine = diagnosisOf(run)?.causes[0].id === 'nothing-wrong'
      return run.goal === 'reconnect' && !isFine ? 6 : 0
    }
    case 'rejected':
    case 'expired':
    case 'cancelled':
      return 7
    case 'failed':
      return exitCodeOfFailure(state.failure.code)
    default:
      return 8
  }
}
